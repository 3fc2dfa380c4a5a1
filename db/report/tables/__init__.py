"""The tables of the report, a module a table: the data of an archive file in, cells out."""
