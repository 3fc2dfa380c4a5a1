"""Rules that classify a page or a link. Pure functions of text and addresses."""
