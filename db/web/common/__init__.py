"""Modules that the pages and the Wayback addresses share."""
