"""The commands, one module each; ``mapstudio.cli.app`` lists them and imports the one that is called."""
