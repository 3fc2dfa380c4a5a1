"""Full-text search, and when each retailer's policy had some words."""
