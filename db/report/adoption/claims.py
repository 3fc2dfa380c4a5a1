"""Since when the versions of policies have a claim of a kind, as far as their texts were read."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from sqlite_utils import Database

from db.claims.texts_with import texts_with
from db.query.searching.search import EVENTS


def kinds(db: Database) -> list[str]:
    """Return the kinds of claims that the archive file has, by name; [] without claims."""
    return [kind for (kind,) in db.execute("select distinct kind from clauses order by kind").fetchall()]


def first_with(db: Database, kind: str) -> dict[int, tuple[str | None, str | None]]:
    """Return policy id -> the captures (ISO 8601) between which it got its first claim of a kind.

    The first is the last one that is known to be without it; None if there is none. The second is the first
    one with it; None if no version is known to have it, but one of them may. A policy whose versions are all
    known to be without it is left out.
    What a suspect version says is not known: a capture may be at fault.
    """
    has = texts_with(db, kind)
    rows = db.execute(
        f"""select e.policy_id, e.last_old, e.since, iif(v.suspect is null, v.text_id, null)
        from ({EVENTS}) e join versions v on v.id = e.version_id order by e.policy_id, e.since, e.change"""
    )
    found = {}
    for policy_id, shown in groupby(rows, itemgetter(0)):
        bracket = _bracket((row[1:] for row in shown), has)
        if bracket:
            found[policy_id] = bracket
    return found


def _bracket(
    shown: Iterable[tuple[str | None, str, int | None]], has: Mapping[int, bool | None]
) -> tuple[str | None, str | None] | None:
    """Return the bracket of a policy from its versions in time: last capture before, first one, and text.

    The text is None if the version is suspect.
    """
    before, is_without = None, True
    for last_old, since, text_id in shown:
        if is_without:
            before = last_old
        has_it = None if text_id is None else has.get(text_id)
        if has_it:
            return before, since
        is_without = is_without and has_it is False
    return None if is_without else (before, None)
