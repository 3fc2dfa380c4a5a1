"""The commands that read an archive: status, log, show, diff and search."""
