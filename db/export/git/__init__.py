"""The export to a Git repository: commits, repository, and git process."""
