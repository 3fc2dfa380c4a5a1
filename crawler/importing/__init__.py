"""Import captures from WARC files and texts from Markdown files."""
