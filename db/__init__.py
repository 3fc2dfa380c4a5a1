"""The archive file: one SQLite file with captures, bodies, texts, versions and changes.

No other package writes archive files.
"""
