"""History: from the captures that bear witness to the versions and the changes between them.

A version is a distinct wording of the policy; a wording that returns is the old version again. A change lies between
`last_old`, the last capture that shows the old text, and `first_new`, the first that shows the new one: nothing is known of the
time between. What differs on a page without being the policy is told apart in db/hunks.py and db/noise.py, and what alternates
or is shown elsewhere in db/timeline.py; docs/history.md has the rules.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import Indel
from sqlite_utils import Database

from db.archive import transaction
from db.blocks import Reading
from db.bodies import Bodies
from db.clock import stated_date
from db.hunks import PRESENTATION, Hunk, Reason, compare, judged
from db.noise import Read, Seen, Step, comparer, follow
from db.shown import is_of_the_extractor, letters_of_page
from db.timeline import Timeline, Witness, draw
from db.wording import wording

IDS_PER_POLICY = 1_000_000  # ids of versions, changes, variants are policy_id * this + number: the same after every rebuild
_CONTEXT = 6  # words shown before a difference, to find it by
_READINGS = 16  # texts kept taken apart: a page flips between few, and policies have few pages

WHY: dict[Reason, str] = {
    "wording": "other words of the policy",
    "spacing": "the same words, spaced otherwise",
    "punctuation": "the same words, with other stops or list marks",
    "capitals": "the same words, in capitals or not",
    "moved": "a passage that stands elsewhere now",
    "repeated": "headings or passages that stand in the text besides",
    "outside": "beside the policy: a heading or menu at its edge that states nothing",
    "cut": "the page was set anew, and its text begins or ends elsewhere",
    "copyright": "a copyright line",
    "clock": "the moment of the capture",
    "volatile": "differs in most captures",
    "extraction": "both pages show it; the extractor took it from one of them only",
    "passing": "came at an edge of the text and went again within half a year, or went and came back",
}


@dataclass(frozen=True)
class Difference:
    """A difference between two captures of a page and why it is a change (`reason` "wording") or none; `why` in words."""

    page: str
    last_old: str
    first_new: str
    reason: Reason
    why: str
    removed: str
    added: str
    after: str


def trace(
    witnesses: Iterable[Witness], read: Read, page_of: Callable[[int], str] | None = None
) -> tuple[Timeline, dict[str, list[Step]]]:
    """Follow a policy through its good captures, given by time: its timeline, and the steps of each page.

    `Witness.wording` is the hash of its text's wording; `read` gives a text by its id, `page_of` the letters of a body by its.
    """
    seen = list(witnesses)
    compared = comparer(read)
    steps = {
        page: follow((Seen(w.captured_at, w.text_id, w.body_id) for w in of_page), read, compared)
        for page, of_page in _pages(seen)
    }
    if page_of:
        for step in (step for of_page in steps.values() for step in of_page if step.is_change):
            _leave_to_the_extractor(step, read, page_of)
    same = _Same(seen)
    for step in (step for of_page in steps.values() for step in of_page):
        if not step.is_change:
            same.join(step.old.text_id, step.new.text_id)
    _reconcile(seen, same, read)
    reset = {(step.old.text_id, step.new.text_id) for of_page in steps.values() for step in of_page if _is_repaint(step.hunks)}

    def repainted(before: Witness, after: Witness) -> bool:
        step = before.text_id, after.text_id
        return (before.page == after.page and step in reset) or same.exactly(before, after)

    return draw([Witness(w.captured_at, w.page, w.text_id, same.of(w.text_id)) for w in seen], repainted), steps


def _leave_to_the_extractor(step: Step, read: Read, page_of: Callable[[int], str]) -> None:
    """Judge what both pages show."""
    if step.old.body_id is None or step.new.body_id is None:
        return
    old, new = read(step.old.text_id), read(step.new.text_id)
    pages = page_of(step.old.body_id), page_of(step.new.body_id)
    for index, hunk in enumerate(step.hunks):
        if hunk.reason == "wording" and is_of_the_extractor(hunk, old, new, *pages):
            step.hunks[index] = judged(hunk, "extraction")


def _pages(witnesses: Sequence[Witness]) -> Iterator[tuple[str, list[Witness]]]:
    pages: dict[str, list[Witness]] = {}
    for witness in witnesses:
        pages.setdefault(witness.page, []).append(witness)
    yield from pages.items()


def _is_repaint(hunks: Sequence[Hunk]) -> bool:
    return all(hunk.reason in PRESENTATION for hunk in hunks)


class _Same:
    """Which texts are one wording of the policy: equal under the contract, or different in nothing that is the policy's."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self._wording = {witness.text_id: witness.wording for witness in witnesses}
        self._order = {wording: number for number, wording in enumerate(dict.fromkeys(w.wording for w in witnesses))}
        self._parent = {wording: wording for wording in self._order}

    def of(self, text_id: int) -> str:
        """The wording that stands for all that are the same as this text's: the one seen first."""
        found = self._wording[text_id]
        while self._parent[found] != found:
            self._parent[found] = found = self._parent[self._parent[found]]
        return found

    def join(self, one: int, other: int) -> None:
        """Take two texts for the same."""
        first, second = sorted((self.of(one), self.of(other)), key=self._order.__getitem__)
        self._parent[second] = first

    def exactly(self, one: Witness, other: Witness) -> bool:
        """Whether two texts are equal under the contract."""
        return self._wording[one.text_id] == self._wording[other.text_id]


def _reconcile(witnesses: Sequence[Witness], same: _Same, read: Read) -> None:
    """Take texts of different addresses for the same where they differ in nothing that is the policy's."""
    compared = comparer(read, moved=True)
    shown: dict[str, Witness] = {}
    before: Witness | None = None
    for witness in witnesses:
        own = shown.get(witness.page)
        came = own is None or same.of(own.text_id) != same.of(witness.text_id)
        apart = before and before.page != witness.page and same.of(before.text_id) != same.of(witness.text_id)
        if before and came and apart and not any(h.reason == "wording" for h in compared(before.text_id, witness.text_id)):
            same.join(before.text_id, witness.text_id)
        shown[witness.page] = before = witness


def measure(before: Sequence[str], after: Sequence[str]) -> tuple[int, int, float]:
    """Count the words added and removed between two lists of words, and their similarity (0 to 1, shared words of all).

    By the longest common subsequence, so that a moved paragraph counts as removed and added.
    """
    apart = Indel.distance(before, after)
    added = (apart + len(after) - len(before)) // 2
    total = len(before) + len(after)
    return added, apart - added, round(1 - apart / total, 4) if total else 1.0


def refresh(db: Database, policy_id: int) -> None:
    """Derive the versions and changes of a policy anew from its captures, in one transaction."""
    with transaction(db):
        rows = _rows(db, policy_id)
        if rows != _stored(db, policy_id):
            _replace(db, policy_id, rows)


def rebuild(db: Database, policy_id: int) -> None:
    """Derive the versions and changes of a policy, whatever is stored of them."""
    with transaction(db):
        _replace(db, policy_id, _rows(db, policy_id))


def explain(db: Database, policy_id: int) -> Iterator[Difference]:
    """Every difference between captures of a page that follow one another, by time, and what was made of it.

    Where a change lies between captures of two addresses, those are compared, and `page` is the newer address.
    """
    read = _reader(db)
    witnesses = _witnesses(db, policy_id)
    urls = dict(db.execute("select cast(id as text), url from pages where policy_id = ?", [policy_id]).fetchall())
    timeline, pages = trace(witnesses, read, _page_reader(db))
    steps: list[tuple[Seen, Seen, str, Sequence[Hunk]]] = [
        (step.old, step.new, urls[page], step.hunks) for page, of_page in pages.items() for step in of_page
    ]
    known = {(old.captured_at, old.text_id, new.captured_at, new.text_id) for old, new, _, _ in steps}
    at = {(witness.captured_at, witness.text_id): urls[witness.page] for witness in witnesses}
    for change in timeline.changes:
        old, new = Seen(change.last_old, change.old_text), Seen(change.first_new, change.new_text)
        if change.kind == "wording" and (change.last_old, change.old_text, change.first_new, change.new_text) not in known:
            moved = compare(read(old.text_id), read(new.text_id), moved=True)
            steps.append((old, new, at[new.captured_at, new.text_id], moved))
    for old, new, url, hunks in sorted(steps, key=lambda step: (step[1].captured_at, step[2])):
        yield from _differences(old, new, url, hunks, read)


def _differences(old: Seen, new: Seen, url: str, hunks: Sequence[Hunk], read: Read) -> Iterator[Difference]:
    before, after = read(old.text_id), read(new.text_id)
    for hunk in hunks:
        yield Difference(
            url, old.captured_at, new.captured_at, hunk.reason, WHY[hunk.reason],
            before.shown(hunk.old_start, hunk.old_end), after.shown(hunk.new_start, hunk.new_end),
            after.shown(max(0, hunk.new_start - _CONTEXT), hunk.new_start),
        )  # fmt: skip


def version_at(db: Database, policy_id: int, moment: str) -> int | None:
    """The number of the version that held at a moment (ISO 8601) by the captures up to it.

    None before the first, and after the last capture from which a history is derived.
    """
    row = db.execute(
        """select version % :ids from (
            select first_seen as since, id as version, 0 as change from versions where policy_id = :policy and number = 1
            union all
            select first_new, new_version, id from changes where policy_id = :policy and kind = 'wording'
        )
        where since <= :moment and :moment <= (
            select max(last_seen) from (
                select last_seen from versions where policy_id = :policy
                union all select last_seen from variants where policy_id = :policy
            )
        )
        order by since desc, change desc limit 1""",
        {"ids": IDS_PER_POLICY, "policy": policy_id, "moment": moment},
    ).fetchone()
    return int(row[0]) if row else None


Rows = dict[str, list[tuple[Any, ...]]]

_COLUMNS = {
    "versions": ("id", "policy_id", "number", "text_id", "first_seen", "last_seen", "captures", "stated_date"),
    "changes": (
        "id", "policy_id", "old_version", "new_version", "kind", "last_old", "first_new", "words_added", "words_removed",
        "similarity",
    ),
    "variants": ("id", "policy_id", "version_id", "text_id", "page_id", "kind", "first_seen", "last_seen", "captures"),
}  # fmt: skip


def _rows(db: Database, policy_id: int) -> Rows:
    """The rows of a policy in the tables of `_COLUMNS`."""
    read, measured = _reader(db), _measurer(db)
    timeline, _ = trace(_witnesses(db, policy_id), read, _page_reader(db))
    first = policy_id * IDS_PER_POLICY
    rows: Rows = {"versions": [], "changes": [], "variants": []}
    for v in timeline.versions:
        stated = stated_date("\n".join(read(v.text_id).blocks), date.fromisoformat(v.first_seen[:10]))
        seen = (v.text_id, v.first_seen, v.last_seen, v.captures, stated)
        rows["versions"].append((first + v.number, policy_id, v.number, *seen))
    for number, c in enumerate(timeline.changes, 1):
        sizes = measured(c.old_text, c.new_text) if c.kind == "wording" else (0, 0, 1.0)
        ids = (first + number, policy_id, first + c.old_version, first + c.new_version)
        rows["changes"].append((*ids, c.kind, c.last_old, c.first_new, *sizes))
    for number, x in enumerate(timeline.variants, 1):
        of = (first + number, policy_id, first + x.version, x.text_id, int(x.page))
        rows["variants"].append((*of, x.kind, x.first_seen, x.last_seen, x.captures))
    return rows


def _stored(db: Database, policy_id: int) -> Rows:
    return {
        table: [
            tuple(row)
            for row in db.execute(f"select {', '.join(columns)} from {table} where policy_id = ? order by id", [policy_id])
        ]
        for table, columns in _COLUMNS.items()
    }


def _replace(db: Database, policy_id: int, rows: Rows) -> None:
    for table in reversed(_COLUMNS):
        db.execute(f"delete from {table} where policy_id = ?", [policy_id])
    for table, columns in _COLUMNS.items():
        marks = ", ".join("?" * len(columns))
        for row in rows[table]:
            db.execute(f"insert into {table} ({', '.join(columns)}) values ({marks})", list(row))


def _witnesses(db: Database, policy_id: int) -> list[Witness]:
    rows = db.execute(
        """select c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id
        from captures c join pages g on g.id = c.page_id join texts t on t.id = c.text_id
        where g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at, g.urlkey, c.timestamp, c.original, c.digest""",
        [policy_id],
    )
    return [Witness(*row) for row in rows]


def _reader(db: Database) -> Read:
    """Read texts by id, the last ones from memory."""

    @lru_cache(maxsize=_READINGS)
    def read(text_id: int) -> Reading:
        (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
        return Reading(markdown)

    return read


def _page_reader(db: Database) -> Callable[[int], str]:
    """Read the letters of bodies by id, the last ones from memory."""
    bodies = Bodies(db)

    @lru_cache(maxsize=_READINGS)
    def page_of(body_id: int) -> str:
        return letters_of_page(bodies.get(body_id))

    return page_of


def _measurer(db: Database) -> Callable[[int, int], tuple[int, int, float]]:
    """Measure pairs of texts, each pair once: pages that flip between two variants have it many times."""

    @lru_cache(maxsize=_READINGS)
    def words(text_id: int) -> list[str]:
        (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
        return wording(markdown).split()

    @cache
    def measured(old: int, new: int) -> tuple[int, int, float]:
        return measure(words(old), words(new))

    return measured
