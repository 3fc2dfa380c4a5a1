"""The history of each policy, as all tables of a report read it: good captures, changes, group."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from sqlite_utils import Database

from db import times
from db.errors import ReportError
from db.history.good_captures import TIE_BREAK
from db.processor_time import in_time
from db.report.options import HISTORY, LANGUAGE, ReportOptions
from db.store import attributes

UNKNOWN = "unknown"  # the group of a policy about which the archive file does not say it
_YEAR = 365.25 * 24 * 3600
_SHORT, _LONG = 2, 5  # years: limits of the groups by length of history


class SeenText(NamedTuple):
    """A good capture: its time (ISO 8601) and the id of its text."""

    moment: str
    text_id: int


class WordingChange(NamedTuple):
    """A change of wording: its bracket (ISO 8601), its words added and removed, and its marks."""

    last_old: str
    first_new: str
    words: int
    announced: str
    is_suspect: bool = False


@dataclass(frozen=True)
class PolicyHistory:
    """A policy with a good capture: its good captures and changes of wording, in order of time."""

    policy_id: int
    domain: str
    group: str
    seen: tuple[SeenText, ...]
    changes: tuple[WordingChange, ...] = field(default=())

    def has_changed(self, after: str, until: str) -> bool:
        """Return whether a new wording was first seen after a moment, and until another one (ISO 8601)."""
        moment = attrgetter("first_new")
        return bisect_right(self.changes, after, key=moment) < bisect_right(self.changes, until, key=moment)


def histories(db: Database, options: ReportOptions) -> list[PolicyHistory]:
    """Return the policies that have a good capture, by domain; [] without any.

    Raises ReportError if no retailer has the attribute by which policies are to be grouped.
    """
    changes = _changes(db)
    groups = _Groups(db, options.group)
    found = []
    rows = db.execute(
        f"""select p.id, p.retailer, c.captured_at, c.text_id
        from policies p join pages g on g.policy_id = p.id join captures c on c.page_id = g.id
        where p.kind = 'privacy' and c.verdict = 'policy' and c.text_id is not null
        and c.captured_at is not null order by p.retailer, p.id, c.captured_at, {TIE_BREAK}"""
    )
    for (policy_id, domain), captures in in_time(groupby(rows, itemgetter(0, 1))):
        seen = tuple(_one_a_moment(captures))
        group = groups.of(domain, seen)
        found.append(PolicyHistory(policy_id, domain, group, seen, tuple(changes.get(policy_id, ()))))
    return found


def _one_a_moment(captures: Iterator[tuple[int, str, str, int]]) -> Iterator[SeenText]:
    last = ""
    for _, _, moment, text_id in captures:
        if moment != last:
            yield SeenText(moment, text_id)
            last = moment


def _changes(db: Database) -> dict[int, list[WordingChange]]:
    found: dict[int, list[WordingChange]] = {}
    for policy_id, old, new, words, announced, suspect in db.execute(
        """select policy_id, last_old, first_new, words_added + words_removed, coalesce(announced, 'undated'),
            suspect is not null
        from changes where kind = 'wording' order by policy_id, first_new, id"""
    ):
        change = WordingChange(old, new, words, announced, bool(suspect))
        found.setdefault(policy_id, []).append(change)
    return found


class _Groups:
    def __init__(self, db: Database, name: str) -> None:
        self._name = name
        self._languages: dict[int, str] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        if name == LANGUAGE:
            rows = db.execute("select id, language from texts where language is not null")
            self._languages = dict(rows.fetchall())
        elif name and name != HISTORY:
            self._attributes = attributes.of_all(db)
            if not any(name in values for values in self._attributes.values()):
                known = ", ".join([LANGUAGE, HISTORY, *attributes.names(db)])
                raise ReportError(
                    f"no retailer has the attribute {name!r}; policies can be grouped by {known}"
                )

    def of(self, domain: str, seen: tuple[SeenText, ...]) -> str:
        if not self._name:
            return ""
        if self._name == LANGUAGE:
            spoken = Counter(self._languages.get(capture.text_id, UNKNOWN) for capture in seen)
            return min(spoken, key=lambda language: (-spoken[language], language))
        if self._name == HISTORY:
            years = (times.seconds(seen[-1].moment) - times.seconds(seen[0].moment)) / _YEAR
            if years < _SHORT:
                return "under 2 years"
            return "2 to 5 years" if years < _LONG else "5 years and more"
        return self._attributes.get(domain, {}).get(self._name, UNKNOWN)
