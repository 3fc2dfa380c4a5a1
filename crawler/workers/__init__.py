"""Worker processes that extract texts and derive histories."""
