"""The two forms of a capture's time: the archive's 14-digit key and ISO 8601 in UTC."""

import re
from datetime import UTC, datetime, timedelta

_KEY = re.compile(r"[0-9]{14}")
_ARCHIVE_KEY = re.compile(r"[0-9]{4,20}")


def moment(timestamp: str) -> datetime | None:
    """Read an archive's 14-digit timestamp; None when it names no moment, even after repair.

    Captures of about the year 2000 have keys with a stray "00" as month or day that pushed the seconds out; they are
    read without it (wayback.md section 1.2, after EDGI's `parse_timestamp`).
    """
    if not _KEY.fullmatch(timestamp):
        return None
    for key in (timestamp, *_without_stray_zeros(timestamp)):
        try:
            return datetime.strptime(key, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def padded(timestamp: str) -> str:
    """Return an archive's timestamp with 14 digits.

    Some archives write only a day or a minute (8 or 12 digits), or fractions of a second. What is missing becomes the
    beginning of the year, month, day, hour or minute; fractions are cut off.
    """
    size, key = len(timestamp), timestamp[:14].ljust(14, "0")
    month = "01" if size < 6 and key[4:6] == "00" else key[4:6]
    day = "01" if size < 8 and key[6:8] == "00" else key[6:8]
    return key[:4] + month + day + key[8:]


def is_replay_key(key: str, timestamp: str) -> bool:
    """Return whether an archive's timestamp of another length stands for a timestamp of 14 digits."""
    return bool(_ARCHIVE_KEY.fullmatch(key)) and key != timestamp and padded(key) == timestamp


def _without_stray_zeros(timestamp: str) -> list[str]:
    return [timestamp[:at] + timestamp[at + 2 :] + "00" for at in (4, 6) if timestamp[at : at + 2] == "00"]


def iso(when: datetime) -> str:
    """Write a moment as the archive's tables hold it, to the second: `2014-05-30T13:02:40Z`."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def key(when: datetime) -> str:
    """Write a moment as 14 digits."""
    return re.sub(r"\D", "", iso(when))


def now() -> str:
    """The present moment, as `iso` writes it."""
    return iso(datetime.now(UTC))


def after(seconds: float) -> datetime:
    """The moment so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def clock() -> float:
    """The present moment in seconds since 1970, for reckoning with other moments."""
    return datetime.now(UTC).timestamp()


def seconds(moment: str) -> float:
    """A moment as the archive's tables hold it, in seconds since 1970. Raises ValueError for what is none."""
    return datetime.fromisoformat(moment).timestamp()
