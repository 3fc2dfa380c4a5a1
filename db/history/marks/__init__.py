"""Marks of changes and versions: whether the policy's own date announces a change, and what is suspect."""
