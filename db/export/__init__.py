"""Exports of an archive file for other tools, with one module for each format.

Each format has the functions `count` and `export`. `evidence` reads what is exported. `files` writes complete
files, and `file_names` makes safe names. No export writes to the archive file. docs/exports.md describes the
formats and their columns.
"""
