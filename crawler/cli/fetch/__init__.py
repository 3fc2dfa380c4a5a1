"""The commands that bring captures into an archive file: discover, crawl, save and import."""
