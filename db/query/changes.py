"""Which changes: the one query for changes by retailer, period, size, kind and marks.

A change has no date. It lies between two captures, `last_old` and `first_new`. So a change is in a period if
this bracket overlaps the period: then it may have happened in it. It certainly did if both captures were made
in the period.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.history.marks.announced import announcement
from db.query.findings import FindingFilter
from db.schema.ids import IDS_PER_POLICY
from db.store import retailers
from db.store.known_changes import KNOWN_AT, WITH_TEXTS

Order = Literal["newest", "oldest", "largest", "retailer"]
KINDS = ("wording", "presentation", "extractor")
ANNOUNCED = ("announced", "ahead", "silent", "undated", "false")

_ORDERS: dict[Order, str] = {
    "newest": "c.first_new desc, c.id desc",
    "oldest": "c.first_new, c.id",
    "largest": "c.words_added + c.words_removed desc, c.first_new desc, c.id desc",
    "retailer": "p.retailer, c.first_new, c.id",
}


@dataclass(frozen=True)
class ChangeFilter:
    """Which changes are wanted; without arguments, all changes of wording.

    `domains` are retailers; () means all. `since` and `until` are the ends of a period: ISO 8601 or its
    beginning (`2018`, `2018-05`), both included; "" leaves the period open. A change is in the period if it
    may have happened in it, and with `certain` only if it certainly did. `min_words` is the least number of
    words, added and removed together. `kinds` are some of KINDS, and `announced` some of ANNOUNCED; () means
    all, also changes without that mark in a file of an older policytrail. `suspect` is True for only suspect
    changes, False for only the others. `known_since` (ISO 8601 or its beginning) chooses the changes that
    became known to this archive file then or later; "" means all. With `findings`, only changes with such a
    finding are wanted.
    """

    domains: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    certain: bool = False
    min_words: int = 0
    kinds: tuple[str, ...] = ("wording",)
    announced: tuple[str, ...] = ()
    suspect: bool | None = None
    known_since: str = ""
    findings: FindingFilter = field(default_factory=FindingFilter)


@dataclass(frozen=True)
class FoundChange:
    """A change of a policy, between the captures at `last_old` and `first_new` (ISO 8601).

    `domain` and `name` are the retailer's; `name` is None if no list names it. `words_added` and
    `words_removed` are numbers of words, `similarity` is the share of words that stayed (0 to 1), and
    `set_aside` is the number of places that differ and do not count. `stated_before` and `stated_date` are
    the dates that the two texts state, `announced` and `suspect` the marks (db/history/marks). `title`,
    `words` and `captures` are of the new version. `occurrence` is the number of earlier changes between the
    same two versions. `certain` is True if both captures were made in the wanted period. `old_text_id` and
    `new_text_id` are the texts of the two captures; None in a file of an older policytrail. `known_at` is
    when this archive file first had the change; None if a repair lost it. `old_wording` and `new_wording` are
    the hashes of the wordings of the two versions.
    """

    id: int
    policy_id: int
    domain: str
    name: str | None
    kind: str
    old_version: int
    new_version: int
    last_old: str
    first_new: str
    words_added: int
    words_removed: int
    similarity: float
    set_aside: int
    stated_before: str | None
    stated_date: str | None
    announced: str | None
    suspect: str | None
    title: str
    words: int
    captures: int
    occurrence: int
    certain: bool
    old_text_id: int | None
    new_text_id: int | None
    known_at: str | None
    old_wording: str
    new_wording: str

    @property
    def announcement(self) -> str:
        """What the stated dates say about the change, for people; "" without two dates."""
        return announcement(self.announced, self.stated_before, self.stated_date)


def find(
    db: Database, wanted: ChangeFilter, order: Order = "newest", *, limit: int | None = None, offset: int = 0
) -> list[FoundChange]:
    """Return the wanted changes, at most `limit` of them, without the first `offset`.

    The order is `newest` or `oldest` (by the first capture of the new text), `largest` (by words added and
    removed) or `retailer` (by domain, then the oldest first). Returns [] if there is none. Raises
    UnknownRetailerError.
    """
    where, values = _conditions(db, wanted)
    # `+x.kind`: without it SQLite can choose the index on kinds, and read half of all changes for each one.
    rows = db.query(
        f"""select c.id, c.policy_id, p.retailer as domain, r.name, c.kind,
            c.old_version % {IDS_PER_POLICY} as old_version, c.new_version % {IDS_PER_POLICY} as new_version,
            c.last_old, c.first_new, c.words_added, c.words_removed, c.similarity, c.set_aside,
            c.stated_before, c.stated_date, c.announced, c.suspect, b.title, b.words, n.captures,
            (select count(*) from changes x where x.new_version = c.new_version
             and x.old_version = c.old_version and +x.kind = c.kind
             and (x.first_new, x.id) < (c.first_new, c.id)) as occurrence,
            c.last_old >= :since and c.first_new <= :until as certain, c.old_text_id, c.new_text_id,
            ({KNOWN_AT}) as known_at, a.wording as old_wording, b.wording as new_wording
        from {WITH_TEXTS} join policies p on p.id = c.policy_id join retailers r on r.domain = p.retailer
        where c.id in (select c.id from changes c join policies p on p.id = c.policy_id
                       where {where} order by {_ORDERS[order]} limit :limit offset :offset)
        order by {_ORDERS[order]}""",
        {**values, "limit": -1 if limit is None else limit, "offset": offset},
    )
    return [FoundChange(**{**row, "certain": bool(row["certain"])}) for row in rows]


def count(db: Database, wanted: ChangeFilter) -> tuple[int, int]:
    """Return how many changes are wanted, and of how many retailers. Raises UnknownRetailerError."""
    where, values = _conditions(db, wanted)
    number, of_retailers = db.execute(
        f"select count(*), count(distinct c.policy_id) from changes c where {where}", values
    ).fetchone()
    return int(number), int(of_retailers)


def evidence(db: Database, change: FoundChange) -> tuple[GoodCapture | None, GoodCapture | None]:
    """Return the last capture with the old text and the first one with the new text.

    One is None if a run was stopped, and it is not good any more.
    """
    return (
        good_captures.at(db, change.policy_id, change.last_old, change.old_text_id),
        good_captures.at(db, change.policy_id, change.first_new, change.new_text_id),
    )


def _conditions(db: Database, wanted: ChangeFilter) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition on a change `c`, and its values."""
    values: dict[str, Any] = {
        "since": wanted.since,
        "until": f"{wanted.until or '9999'}~",  # `~` sorts after every digit
        "min_words": wanted.min_words,
    }
    conditions = ["c.first_new >= :since and c.last_old <= :until"]
    if wanted.certain:
        conditions.append("c.last_old >= :since and c.first_new <= :until")
    if wanted.min_words:
        conditions.append("c.words_added + c.words_removed >= :min_words")
    if wanted.suspect is not None:
        conditions.append("c.suspect is not null" if wanted.suspect else "c.suspect is null")
    if wanted.findings:
        which, of_finding = wanted.findings.condition(db)
        values |= of_finding
        conditions.append(f"c.id in (select f.change_id from findings f where {which})")
    if wanted.known_since:
        values["known_since"] = wanted.known_since
        with_news = "select policy_id from known_changes where known_at >= :known_since"  # few after a night
        known = f"c.policy_id in ({with_news}) and ({KNOWN_AT}) >= :known_since"
        conditions.append(f"c.id in (select c.id from {WITH_TEXTS} where {known})")
    if wanted.domains:
        ids = ", ".join(str(policy_id) for policy_id, _ in retailers.policies(db, wanted.domains))
        conditions.append(f"c.policy_id in ({ids})")
    for column, chosen in (("kind", wanted.kinds), ("announced", wanted.announced)):
        if chosen:
            values |= {f"{column}_{place}": value for place, value in enumerate(chosen)}
            names = ", ".join(f":{column}_{place}" for place in range(len(chosen)))
            conditions.append(f"c.{column} in ({names})")
    return " and ".join(conditions), values
