"""Read and write the facts of an archive, one module a table."""
