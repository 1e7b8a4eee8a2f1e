"""Project: ``mapstudio.toml``, environments and secrets."""
