"""Queries for readers of an archive file. Nothing here writes."""
