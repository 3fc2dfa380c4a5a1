"""The two forms of a capture's time, both in UTC: 14 digits and ISO 8601.

14 digits, such as `20150530130240`, are the key of web archives.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta

_KEY = re.compile(r"[0-9]{14}")
_ARCHIVE_KEY = re.compile(r"[0-9]{4,20}")


def moment(timestamp: str) -> datetime | None:
    """Return the moment of a 14-digit timestamp, or None if it is no valid time.

    Some timestamps of about the year 2000 have an additional "00" as month or day, and lost their seconds.
    They are read without the "00" (docs/wayback.md "Index rows").
    """
    if not _KEY.fullmatch(timestamp):
        return None
    for key in (timestamp, *_without_stray_zeros(timestamp)):
        try:
            day = (int(key[:4]), int(key[4:6]), int(key[6:8]))
            return datetime(*day, int(key[8:10]), int(key[10:12]), int(key[12:]), tzinfo=UTC)
        except ValueError:
            continue
    return None


def padded(timestamp: str) -> str:
    """Return an archive's timestamp with 14 digits.

    Some archives write only a day or a minute (8 or 12 digits), or fractions of a second. What is missing
    becomes the
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
    """Return a moment as the tables store it, such as `2014-05-30T13:02:40Z`.

    Fractions of a second are dropped.
    """
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def key(when: datetime) -> str:
    """Return a moment as 14 digits, such as `20140530130240`."""
    return re.sub(r"\D", "", iso(when))


def digits(moment: str) -> str:
    """Return the digits of a moment in ISO 8601, such as `20140530130240`."""
    return "".join(filter(str.isdigit, moment))


def last_second(digits: str) -> str | None:
    """Return the last second of a year, month, day or moment of 4, 6, 8 or 14 digits, in ISO 8601.

    `201802` becomes `2018-02-28T23:59:59Z`. Returns None if there is no such time, as for `20180231`.
    """
    try:
        last_day = calendar.monthrange(int(digits[:4]), int(digits[4:6] or 12))[1]
    except ValueError:
        return None
    when = moment(digits + f"000012{last_day}235959"[len(digits) :])
    return iso(when) if when else None


def now() -> str:
    """Return the present moment in ISO 8601, as `iso` does."""
    return iso(datetime.now(UTC))


def after(seconds: float) -> datetime:
    """Return the moment that is `seconds` from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def clock() -> float:
    """Return the present moment in seconds since 1970."""
    return datetime.now(UTC).timestamp()


def seconds(moment: str) -> float:
    """Return an ISO 8601 moment in seconds since 1970. Raises ValueError for other texts."""
    return datetime.fromisoformat(moment).timestamp()
