"""The export to a Git repository: its commits, its repository, and the git process."""
