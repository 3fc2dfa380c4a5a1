"""Export an archive as a Git repository, one commit a version."""
