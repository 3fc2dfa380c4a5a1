"""The command line `policytrail`. Each command is its options, then one call; errors are one line and an exit status."""

from crawler.cli.main import cli, main

__all__ = ["cli", "main"]
