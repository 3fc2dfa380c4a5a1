"""Whole operations: run a crawl or a save, merge, verify and repair archives."""
