"""Derive the versions and changes of a policy from its captures."""
