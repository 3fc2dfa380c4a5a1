"""Limits on requests: shared between processes, per run, and before a run starts."""
