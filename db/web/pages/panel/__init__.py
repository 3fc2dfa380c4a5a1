"""The page of the panel: a table of retailers and periods."""
