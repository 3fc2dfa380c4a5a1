"""Reading and writing of facts, with one module for each table."""
