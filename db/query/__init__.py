"""Questions that readers ask of an archive. Nothing here writes."""
