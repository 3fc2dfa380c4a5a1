"""Lets `python -m crawler.cli` do what `policytrail` does."""

from crawler.cli import main

main()
