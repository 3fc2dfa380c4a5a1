"""Derive versions and changes from the captures of a policy."""
