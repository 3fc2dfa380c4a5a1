"""Read the promises of policies from an archive file: the claims of their versions in time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from sqlite_utils import Database

from db.claims.stored import MOST
from db.findings.languages import languages
from db.promises.ledger import promises
from db.promises.statement import Promise, ShownVersion, Stated
from db.schema.ids import IDS_PER_POLICY

_FEWEST = 4  # words of a promise
_OF_TEXT = """
select kind, polarity, subject, value, unit, scope, quote from claims where text_id = ? order by id"""

WhyUnread = Literal["language", "limit", "older", "rules", "suspect"]
UNREAD: dict[WhyUnread, str] = {
    "language": "in a language without rules",
    "limit": "over a limit of time, memory or statements",
    "older": "derived by an older policytrail",
    "rules": "read by other rules than most versions",
    "suspect": "suspect capture",
}
"""Why the claims of a version are not used, for people."""
REBUILT: frozenset[WhyUnread] = frozenset({"older", "rules"})
"""Reasons that a rebuild ends."""


@dataclass(frozen=True)
class PromiseFilter:
    """Which promises are wanted.

    `kinds` are some of KINDS; () means all. `standing` is True for those that stand, False for those that
    ended, and None for all, also those of which it is not known.
    `since` and `until` are moments (ISO 8601): a promise is wanted if it may have
    begun or ended between them.
    """

    kinds: tuple[str, ...] = ()
    standing: bool | None = None
    since: str = ""
    until: str = "9999"

    def takes(self, one: Promise) -> bool:
        """Return whether a promise is wanted."""
        return (
            (not self.kinds or one.last.kind in self.kinds)
            and (self.standing is None or one.stands is self.standing)
            and (not (self.since or self.until < "9999") or self._moved(one))
        )

    def _moved(self, one: Promise) -> bool:
        """Return whether a promise may have begun or ended in the wanted time."""
        brackets = [("" if one.unknown_until else one.last_without or one.first_with, one.first_with)]
        if last := "9999" if one.unknown_since else one.first_without:
            brackets.append((one.last_with, last))
        return any(first <= self.until and last >= self.since for first, last in brackets)


@dataclass(frozen=True)
class Ledger:
    """The promises of a policy in time, and the numbers of the versions whose claims are unknown or not used.

    `unread` is reason -> versions. The ledger passes over them; what only they follow is not known to stand.
    `read_until` is the last capture (ISO 8601) of the versions that were read; None if there is none.
    """

    promises: tuple[Promise, ...]
    unread: dict[WhyUnread, tuple[int, ...]]
    read_until: str | None = None


def ledger(db: Database, policy_id: int) -> Ledger:
    """Return the ledger of a policy; an empty one without a version."""
    steps: list[ShownVersion] = []
    unread: dict[WhyUnread, set[int]] = {}
    rules, unknown_since, unknown_until = _rules(db, policy_id), None, _last_aside(db, policy_id)
    for version, text, is_suspect, since, until in _shown(db, policy_id):
        language, reason = _read(db, text, rules)
        reason = reason or ("suspect" if is_suspect else None)
        if reason:
            unread.setdefault(reason, set()).add(version)
            unknown_since = unknown_since or since
            unknown_until = unknown_until if steps else until
            continue
        rows = db.execute(_OF_TEXT, [text]).fetchall()
        stated = tuple(Stated._make((*row, language)) for row in rows if _is_statement(row[-1]))
        steps.append(ShownVersion(version, since, until, stated))
        unknown_since = None
    return Ledger(
        tuple(
            replace(
                one,
                unknown_until=None if one.last_without else unknown_until,
                unknown_since=None if one.first_without else unknown_since,
            )
            for one in promises(steps)
        ),
        {reason: tuple(sorted(unread[reason])) for reason in UNREAD if reason in unread},
        steps[-1].until if steps else None,
    )


def why_none(found: Ledger) -> str:
    """Return why nothing of a ledger is shown, for people: no promise was chosen, recognised or read."""
    if found.promises:
        return "no promise of this choice"
    if found.read_until:
        return f"no such statement recognised{' in the versions that were read' if found.unread else ''}"
    return "no version was read for statements" if found.unread else "no good capture of this policy"


def bracket(one: Promise) -> dict[str, str | None]:
    """Return the captures between which a promise came and went, and how it ended, by their names."""
    return {
        "last_without": one.last_without,
        "unknown_until": one.unknown_until,
        "first_with": one.first_with,
        "last_with": one.last_with,
        "first_without": one.first_without,
        "unknown_since": one.unknown_since,
        "ending": one.ending,
    }


def wordings(one: Promise) -> list[dict[str, Any]]:
    """Return the words in which a promise stood, in time: first capture, version and quote."""
    return [
        {"since": word.since, "version": word.version, "quote": word.stated.quote} for word in one.wordings
    ]


def came(one: Promise) -> str:
    """Return when a promise came, for people."""
    if one.unknown_until:
        return f"there in the first text that was read, {one.first_with[:10]}; not known before"
    if one.last_without is None:
        return f"there in the first text, {one.first_with[:10]}"
    return f"came between {one.last_without[:10]} and {one.first_with[:10]}"


def went(one: Promise) -> str:
    """Return when a promise went, for people."""
    if one.unknown_since:
        return f"there in the last text that was read, {one.last_with[:10]}; not known since then"
    if one.first_without is None:
        return f"there in the latest text, {one.last_with[:10]}"
    return f"went between {one.last_with[:10]} and {one.first_without[:10]}"


def _shown(db: Database, policy_id: int) -> Iterator[tuple[int, int, bool, str, str]]:
    """Yield the times in which each version was shown: number, text, suspicion, first and last capture."""
    first = db.execute(
        """select number, text_id, suspect is not null, first_seen, last_seen
        from versions where policy_id = ? and number = 1""",
        [policy_id],
    ).fetchone()
    if first is None:
        return
    changes = db.execute(
        f"""select c.new_version % {IDS_PER_POLICY}, v.text_id, v.suspect is not null,
            c.first_new, c.last_old, v.last_seen
        from changes c join versions v on v.id = c.new_version
        where c.policy_id = ? and +c.kind = 'wording' order by c.first_new, c.id""",
        [policy_id],
    ).fetchall()
    rows = [(*first[:4], "", first[4]), *changes]
    for (version, text, is_suspect, since, _, last_seen), after in pairwise([*rows, None]):
        yield version, text, is_suspect, since, after[4] if after else last_seen


def _last_aside(db: Database, policy_id: int) -> str | None:
    """Return the last capture before the first version, whose text is put aside, so that nobody read it."""
    (last,) = db.execute(
        """select max(x.last_seen) from variants x join versions v on v.policy_id = x.policy_id
        where x.policy_id = ? and v.number = 1 and x.last_seen < v.first_seen""",
        [policy_id],
    ).fetchone()
    return str(last) if last else None


def _is_statement(quote: str) -> bool:
    """Return whether words are no heading and no mere fragment of a list."""
    return len(quote.split()) >= _FEWEST


def _rules(db: Database, policy_id: int) -> str | None:
    """Return which rules have read most versions of a policy: claims of others are not comparable."""
    found = db.execute(
        """select r.rules from versions v join claim_readings r on r.text_id = v.text_id
        where v.policy_id = ? group by r.rules order by count(*) desc, max(v.number) desc limit 1""",
        [policy_id],
    ).fetchone()
    return found and str(found[0])


def _read(db: Database, text: int, rules: str | None) -> tuple[str, WhyUnread | None]:
    """Return the language of a text, and why its claims are not used; None if they are."""
    language, by, claims = db.execute(
        """select coalesce(t.language, ''), r.rules, r.claims
        from texts t left join claim_readings r on r.text_id = t.id where t.id = ?""",
        [text],
    ).fetchone()
    if by != rules or by is None:
        return language, "rules" if by else "older"
    if claims is None or claims > MOST:
        return language, "limit"
    return language, None if language in languages() else "language"
