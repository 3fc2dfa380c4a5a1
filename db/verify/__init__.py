"""Checks and repair of an archive file that may be damaged."""
