"""Bodies that several captures share: what proves that a body belongs to a digest, and revisits of files."""
