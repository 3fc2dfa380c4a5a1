"""Menus in and beside the text, and lists of links that are none."""
