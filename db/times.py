"""The two forms of a capture's time: 14 digits (the key of web archives) and ISO 8601, both in UTC."""

import re
from datetime import UTC, datetime, timedelta

_KEY = re.compile(r"[0-9]{14}")


def moment(timestamp: str) -> datetime | None:
    """Convert a 14-digit timestamp; return None if it names no moment, even after a repair.

    Timestamps of about the year 2000 can have an inserted "00" as month or day, which pushed the seconds out.
    They are read without it (docs/wayback.md "Index rows").
    """
    if not _KEY.fullmatch(timestamp):
        return None
    for key in (timestamp, *_without_stray_zeros(timestamp)):
        try:
            return datetime.strptime(key, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _without_stray_zeros(timestamp: str) -> list[str]:
    return [timestamp[:at] + timestamp[at + 2 :] + "00" for at in (4, 6) if timestamp[at : at + 2] == "00"]


def iso(when: datetime) -> str:
    """Return a moment as the tables store it, to the second: `2014-05-30T13:02:40Z`."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def key(when: datetime) -> str:
    """Return a moment as 14 digits."""
    return re.sub(r"\D", "", iso(when))


def now() -> str:
    """Return the present moment, as `iso` does."""
    return iso(datetime.now(UTC))


def after(seconds: float) -> datetime:
    """Return the moment that is this many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def clock() -> float:
    """Return the present moment in seconds since 1970."""
    return datetime.now(UTC).timestamp()


def seconds(moment: str) -> float:
    """Convert an ISO 8601 moment of a table to seconds since 1970. Raises ValueError for other texts."""
    return datetime.fromisoformat(moment).timestamp()
