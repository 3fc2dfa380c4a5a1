"""Modules that both the pages and the Wayback addresses use."""
