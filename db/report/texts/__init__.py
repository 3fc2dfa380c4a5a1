"""What the report measures in one text. Nothing here reads an archive file."""
