"""Datasette's own pages in our look, and links from their rows to our pages."""
