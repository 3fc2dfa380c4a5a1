"""The command line: the entry point of `policytrail`, and `python -m policytrail`."""

import resource
import sys
from typing import NoReturn

from policytrail import own_packages

# Megabytes of address space with which all libraries can be imported, and pages of usual sizes be read.
ENOUGH = 1024


def main() -> None:
    """Run the command line. If other packages hide ours, print one line and exit with 2.

    Where the system allows less address space than ENOUGH, libraries raise errors of any type, also when they
    are imported. Then print one line and exit with 3.
    """
    try:
        own_packages.check()
        from crawler.cli import main  # noqa: PLC0415 - only after the check

        main()
    except own_packages.ShadowedPackageError as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:  # while the libraries are imported; later, commands end by themselves
        print("stopped", file=sys.stderr)
        sys.exit(3)
    except Exception:
        allowed = _megabytes()
        if allowed is None or allowed >= ENOUGH:
            raise
        _fail(f"this process may use only {allowed} MB of address space: see 'ulimit -v'", 3)


def _megabytes() -> int | None:
    """Return the address space that this process may use; None for any."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit >> 20


def _fail(message: str, status: int) -> NoReturn:
    print(f"Error: {message}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":  # false in worker processes, which import this module under another name
    main()
