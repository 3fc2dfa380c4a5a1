"""The texts that arguments of `show` and `diff` name: the text on a day, or of a version (`v9`)."""

import re
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from crawler.cli.options import last_second, no_text
from crawler.errors import NoTextError, SelectionError
from crawler.retailer_lists import readable
from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.query import catalogue
from db.store import retailers

_VERSION = re.compile(r"[vV]([1-9][0-9]{0,8})")


def version_number(text: str | None) -> int | None:
    """Return the number in an argument such as `v9`, or None for another text."""
    found = _VERSION.fullmatch(text or "")
    return int(found[1]) if found else None


def split_range(arguments: Iterable[str]) -> list[str]:
    """Return arguments with ranges divided: `v9..v10` are two arguments. Raises SelectionError."""
    parts = [part for argument in arguments for part in argument.split("..")]
    if "" in parts:
        raise SelectionError("a range has two ends, such as v9..v10 or 2017..2019")
    return parts


def moment_of(argument: str | None) -> str | None:
    """Return the moment until which an argument asks, in ISO 8601; None for a version and for None."""
    return None if version_number(argument) else last_second(argument)


def chosen_capture(archive: Database, db: Path, domain: str, argument: str | None) -> GoodCapture:
    """Return the capture whose text an argument names: a day, a version, or None for the latest text.

    A version has the text of its first capture. `db` is the path for messages. Raises NoTextError,
    SelectionError, UnknownRetailerError.
    """
    policy_id = retailers.policy_of(archive, domain)
    number = version_number(argument)
    if number is None:
        found = good_captures.latest(archive, policy_id, last_second(argument) or "9999")
        if found is None:
            raise NoTextError(no_text(db, domain, argument))
        return found
    found = catalogue.first_capture(archive, policy_id, number)
    if found is None:
        known = len(catalogue.versions(archive, policy_id))
        raise NoTextError(f"{readable(domain)} has no version {number}; it has {known}")
    return found
