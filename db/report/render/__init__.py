"""The tables of a report as files: CSV, Markdown, HTML and SVG. Nothing here reads an archive file."""
