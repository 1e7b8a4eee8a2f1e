"""``python -m mapstudio`` is the command ``mapstudio``."""

from mapstudio.cli.entry import main

if __name__ == "__main__":
    main()
