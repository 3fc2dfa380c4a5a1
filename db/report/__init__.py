"""The report: the tables and pictures of the literature, from any archive file."""
