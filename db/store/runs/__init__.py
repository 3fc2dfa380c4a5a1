"""Runs: what they did, and what later runs try again."""
