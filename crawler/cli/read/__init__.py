"""The commands that read an archive file: status, log, show, diff and search."""
