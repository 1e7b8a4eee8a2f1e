"""What mapstudio is compared with, each a program of its own that reads a file of JSON lines and writes one."""
