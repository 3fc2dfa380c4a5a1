"""Worker processes that extract texts and compute histories."""
