"""Requests to Save Page Now, which captures pages at the present moment."""
