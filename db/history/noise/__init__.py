"""Noise: differences outside of the policy, recognised by all captures of a page and by their words."""
