"""The command line: the entry point of `policytrail`, and `python -m policytrail`."""

import sys

from policytrail import own_packages


def main() -> None:
    """Run the command line. If other packages hide ours, print one line and exit with 2."""
    try:
        own_packages.check()
    except own_packages.ShadowedPackageError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    from crawler.cli import main  # noqa: PLC0415 - only after the check

    main()


if __name__ == "__main__":  # false in worker processes, which import this module under another name
    main()
