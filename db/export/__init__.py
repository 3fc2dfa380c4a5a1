"""Exports of an archive for other tools: one module per format, each with `count` and `export`.

`evidence` reads what is exported. `file_names` and `files` keep files inside their folder and complete. No
export writes to the archive. docs/exports.md describes the formats and their columns.
"""
