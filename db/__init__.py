"""The archive: one SQLite file with captures, bodies, texts, versions and changes.

The only code that writes SQLite.
"""
