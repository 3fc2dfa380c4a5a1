"""The command line `policytrail`.

Each command reads its options, calls one function, and prints the result.
"""

from crawler.cli.main import cli, main

__all__ = ["cli", "main"]
