"""What other tools are given of an archive: one module a format, each with `count` and `export`.

`selection` says what is exported, with its evidence; `names` and `files` keep what is written inside its folder and whole.
None of them writes to the archive. The formats and their columns are in docs/exports.md.
"""
