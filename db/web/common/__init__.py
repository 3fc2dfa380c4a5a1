"""What the pages and the Wayback addresses share."""
