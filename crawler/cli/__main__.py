"""Lets `python -m crawler.cli` do what `policytrail` does."""

from crawler.cli import main

if __name__ == "__main__":  # worker processes import this module under another name
    main()
