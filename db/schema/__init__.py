"""Tables, views and migrations of an archive."""
