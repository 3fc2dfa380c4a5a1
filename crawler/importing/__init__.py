"""Import of captures from WARC files, and of texts from Markdown files."""
