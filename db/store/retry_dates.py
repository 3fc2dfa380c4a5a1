"""Until when the archive's "no" about a capture is believed. docs/states.md lists the states.

`captures.fetched_at` is the moment of the last request for a capture, also where it failed.
"""

import re

from db import times

RETRY_DAYS = 7  # after the last attempt at a capture that failed for a reason that may pass
BELIEVED_DAYS = 30  # an exclusion, "never archived", "not found": as long as a complete listing (coverage)
_DAY = 24 * 3600
# The reasons of crawler/webarchive/memento.py, of `failures.in_words` and of content_encoding.py.
_MAY_PASS = re.compile(
    r"no answer|the archive (could not replay it|answered with a page of its own|forbids it)"
    r"|the (compressed )?body is (cut off|damaged)"
)


def may_pass(reason: str | None) -> bool:
    """Return whether a failure with this reason can be one of the archive, not of the capture."""
    return reason is not None and bool(_MAY_PASS.match(reason))


def is_over(asked_at: str | None, days: float = BELIEVED_DAYS) -> bool:
    """Return whether an answer of this moment (ISO 8601) is no longer believed.

    None: the moment is unknown. A moment more than a day in the future comes from a wrong clock, and is not
    believed.
    """
    try:
        return asked_at is None or not -_DAY <= times.clock() - times.seconds(asked_at) < days * _DAY
    except ValueError:  # a file from outside can have any text here
        return True


def is_due(reason: str | None, asked_at: str | None) -> bool:
    """Return whether a capture gets new attempts after its last one.

    A capture without a moment failed for good, or failed before failures had moments: then its reason
    decides.
    """
    if may_pass(reason):
        return is_over(asked_at, RETRY_DAYS)
    return asked_at is not None and is_over(asked_at)
