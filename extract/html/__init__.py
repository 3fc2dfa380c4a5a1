"""Parse and clean a page before its text is chosen."""
