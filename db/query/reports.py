"""What people ask an archive in the terminal: what it holds, what changed when, what a policy said on a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.history import good_captures
from db.history import versions as history
from db.history.good_captures import GoodCapture
from db.query import gaps as absence
from db.query import lineage, variants
from db.query.search import TextQuery, match, versions
from db.store import conflicts, retailers

Facts = dict[str, Any]


def status(
    db: Database, domains: Sequence[str] = (), *, months: int = 12, extractor: str | None = None
) -> list[Facts]:
    """What is held of each retailer and what is missing, and why. Raises UnknownRetailerError.

    A dict a retailer: domain, name, pages (with url, found_by, waypoint, listing, reason), lineage (as db.lineage gives it, of
    all addresses that were looked at), captures (by state), verdicts (of fetched captures), missing (state, reason and count),
    first and last good capture, versions, changes, gaps (of so many `months`, as db.absence.gaps gives them), disagreements (as
    db.variants gives them), conflicts (rows of the view `conflicting_captures`), old_texts (how many texts are not of
    `extractor`).
    """
    chosen = retailers.policies(db, domains)
    gaps, old_texts = absence.gaps(db, months), absence.old_texts(db, extractor) if extractor else {}
    return [
        {
            **_status(db, policy_id, domain),
            "gaps": gaps.get(domain, []),
            "old_texts": old_texts.get(policy_id, 0),
        }
        for policy_id, domain in chosen
    ]


def log(db: Database, domains: Sequence[str] = (), *, presentation: bool = False) -> Iterator[Facts]:
    """The history of policies, newest first within each retailer. Raises UnknownRetailerError.

    A dict an event: domain, event (first, wording, presentation, extractor), version, old_version, last_old, first_new,
    words_added, words_removed, similarity, title, words, captures, and the captures that bear witness, `old_capture` and
    `new_capture`: dicts of archive, timestamp, original. `variants` are those shown from this event to the next one of wording,
    as db.variants gives them; none with presentation and extractor. The oldest event of a retailer is `first`: since when the
    first version is known; it has neither `last_old` nor `old_capture`.
    """
    for policy_id, domain in retailers.policies(db, domains):
        beside = variants.of_policy(db, policy_id)
        for change in _changes(db, policy_id, presentation):
            shown = (
                beside.get((change["version"], change["first_new"]), [])
                if change["event"] == "wording"
                else []
            )
            yield {"domain": domain, **change, "variants": shown}
        first = _rows(
            db,
            """select 'first' as event, v.number as version, null as old_version, null as last_old, v.first_seen as first_new,
                   t.words as words_added, 0 as words_removed, null as similarity, t.title, t.words, v.captures
            from versions v join texts t on t.id = v.text_id where v.policy_id = ? and v.number = 1""",
            [policy_id],
        )
        for event in first:
            witnesses = {"old_capture": None, "new_capture": _witness(db, policy_id, event["first_new"])}
            yield {
                "domain": domain,
                **event,
                **witnesses,
                "variants": beside.get((1, event["first_new"]), []),
            }


@dataclass(frozen=True)
class PolicyText:
    """The text that a policy's nearest good capture at or before a moment shows.

    `next_seen` is the next good capture, None at the end; `changed_by_then` whether that one shows another wording, so that
    the text may have been replaced before the moment asked for. `version` is None where a run that was killed left captures
    from which no history is derived yet.
    """

    domain: str
    version: int | None
    title: str
    markdown: str
    captured_at: str
    next_seen: str | None
    changed_by_then: bool
    archive: str
    timestamp: str
    original: str


def show(db: Database, domain: str, until: str | None = None) -> PolicyText | None:
    """Return the text of a policy at a moment (ISO 8601), without one the latest.

    None when no good capture is that old. Raises UnknownRetailerError.
    """
    policy_id = retailers.policy_of(db, domain)
    capture = good_captures.latest(db, policy_id, until or "9999")
    if capture is None:
        return None
    title, markdown, wording = _text(db, capture)
    version = history.version_at(db, policy_id, capture.captured_at)
    next_seen, changed = None, False
    if later := good_captures.next_after(db, policy_id, capture.captured_at):
        then = history.version_at(db, policy_id, later.captured_at)
        next_seen = later.captured_at
        changed = then != version if then else _text(db, later)[2] != wording
    return PolicyText(
        domain, version, title, markdown, capture.captured_at, next_seen, changed, *_source(capture).values()
    )


def _text(db: Database, capture: GoodCapture) -> tuple[str, str, str]:
    """Return the title, the Markdown and the wording of a capture's text."""
    query = "select title, markdown, wording from texts where id = ?"
    title, markdown, wording = db.execute(query, [capture.text_id]).fetchone()
    return title, markdown, wording


def search(db: Database, words: str, domains: Sequence[str] = (), limit: int = 20) -> list[Facts]:
    """Versions whose text has the words, best first: domain, version, first_seen, last_seen, title, snippet. May be empty.

    The words are looked for as a phrase each where quoted, all of them anywhere otherwise. Nothing is found for no words.
    """
    wanted = match(words)
    chosen = tuple(domain for _, domain in retailers.policies(db, domains))
    if not wanted or not chosen:
        return []
    return versions(db, TextQuery(wanted, chosen if domains else ()), marks=("«", "»"), limit=limit)


def totals(db: Database) -> Facts:
    """The whole archive in numbers: retailers, pages, captures by state and by verdict, versions, wording changes, last run."""
    of_privacy = "where policy_id in (select id from policies where kind = 'privacy')"
    tables = {"retailers": "retailers", "pages": f"pages {of_privacy}", "versions": "versions"}
    count = {name: db.execute(f"select count(*) from {rows}").fetchone()[0] for name, rows in tables.items()}
    (changes,) = db.execute("select count(*) from changes where kind = 'wording'").fetchone()
    runs = _rows(
        db,
        "select command, started_at, finished_at, outcome from crawls order by started_at desc, id desc limit 1",
        [],
    )
    held = f"from captures where page_id in (select id from pages {of_privacy})"
    judged = f"{held} and verdict is not null group by verdict order by count(*) desc, verdict"
    return {
        **count,
        "captures": dict(
            db.execute(f"select state, count(*) {held} group by state order by state").fetchall()
        ),
        "verdicts": dict(db.execute(f"select verdict, count(*) {judged}").fetchall()),
        "changes": changes,
        "last_run": runs[0] if runs else None,
    }


def _witness(db: Database, policy_id: int, captured_at: str) -> dict[str, str] | None:
    """Return where the good capture of a moment is; None where there is none."""
    capture = good_captures.at(db, policy_id, captured_at)
    return _source(capture) if capture else None


def _source(capture: GoodCapture) -> dict[str, str]:
    return {"archive": capture.archive, "timestamp": capture.timestamp, "original": capture.original}


def _changes(db: Database, policy_id: int, presentation: bool) -> Iterator[Facts]:
    rows = _rows(
        db,
        """select c.kind as event, n.number as version, o.number as old_version, c.last_old, c.first_new, c.words_added,
               c.words_removed, c.similarity, t.title, t.words, n.captures
        from changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
        join texts t on t.id = n.text_id
        where c.policy_id = ? and (c.kind = 'wording' or ?) order by c.first_new desc, c.id desc""",
        [policy_id, presentation],
    )
    for row in rows:
        yield {
            **row,
            "old_capture": _witness(db, policy_id, row["last_old"]),
            "new_capture": _witness(db, policy_id, row["first_new"]),
        }


def _status(db: Database, policy_id: int, domain: str) -> Facts:
    of_policy = "from captures c join pages g on g.id = c.page_id where g.policy_id = ?"
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    first, last = db.execute(
        f"select min(captured_at), max(captured_at) {of_policy} and verdict = 'policy'", [policy_id]
    ).fetchone()
    (versions,) = db.execute("select count(*) from versions where policy_id = ?", [policy_id]).fetchone()
    (changes,) = db.execute(
        "select count(*) from changes where policy_id = ? and kind = 'wording'", [policy_id]
    ).fetchone()
    return {
        "domain": domain,
        "name": name,
        "pages": _rows(
            db,
            """select url, found_by, waypoint, listing, listing_reason as reason, listed_at from pages
            where policy_id = ? order by id""",
            [policy_id],
        ),
        "lineage": lineage.of_retailer(db, domain, ("privacy", "regional", "candidate")),
        "captures": _counts(
            db, f"select state, count(*) {of_policy} group by state order by state", policy_id
        ),
        "verdicts": _counts(
            db,
            f"select verdict, count(*) {of_policy} and verdict is not null group by 1 order by 2 desc, 1",
            policy_id,
        ),
        "missing": absence.missing(db, policy_id),
        "first_good": first,
        "last_good": last,
        "versions": versions,
        "changes": changes,
        "disagreements": variants.disagreements(db, policy_id),
        "conflicts": conflicts.of_retailer(db, domain),
    }


def _counts(db: Database, query: str, policy_id: int) -> dict[str, int]:
    return dict(db.execute(query, [policy_id]).fetchall())


def _rows(db: Database, query: str, parameters: Sequence[Any]) -> list[Facts]:
    cursor = db.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
