"""The reports of the command line about an archive file: status, log, texts and totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from db.history import good_captures, underived
from db.history import versions as history
from db.history.good_captures import GoodCapture
from db.query import changes, conflicts, findings, lineage, variants
from db.query import gaps as absence
from db.query.changes import ChangeFilter
from db.query.findings import Meaning
from db.query.unseen import UnseenTime, unseen_at
from db.store import attributes, retailers

Facts = dict[str, Any]

_OF_CHANGE = (
    "old_version",
    "last_old",
    "first_new",
    "words_added",
    "words_removed",
    "similarity",
    "set_aside",
    "stated_before",
    "stated_date",
    "announced",
    "suspect",
    "title",
    "words",
    "captures",
    "known_at",
)


def status(
    db: Database, domains: Sequence[str] = (), *, months: int = 12, extractor: str | None = None
) -> list[Facts]:
    """Return for each retailer what the archive file contains, and what is missing.

    Keys: domain, name, attributes (name -> value), pages (url, found_by, waypoint, listing, reason),
    lineage (`db.query.lineage`, for all addresses that were examined), captures (state -> number),
    verdicts (verdict -> number), missing (`db.query.gaps.missing`), first_good and last_good (times of
    good captures), versions and changes (numbers), gaps (`db.query.gaps.gaps`, from `months` months on),
    disagreements (`db.query.variants`), conflicts (rows of the view `conflicting_captures`), old_texts
    (number of texts that another extractor than `extractor` made), underived (why the history could not
    be derived, or None), over_limit (reason -> number of captures whose extraction went over a limit).
    Without `domains`, all retailers are reported.
    Raises UnknownRetailerError.
    """
    chosen, reasons = retailers.policies(db, domains), underived.reasons(db)
    gaps, old_texts = absence.gaps(db, months), absence.old_texts(db, extractor) if extractor else {}
    return [
        {
            **_status(db, policy_id, domain),
            "gaps": gaps.get(domain, []),
            "old_texts": old_texts.get(policy_id, 0),
            "underived": reasons.get(policy_id),
            "over_limit": absence.over_limit(db, policy_id),
        }
        for policy_id, domain in chosen
    ]


def log(db: Database, domains: Sequence[str] = (), *, presentation: bool = False) -> Iterator[Facts]:
    """Yield the history of policies, one dict for each event, the newest event first.

    Keys: domain, event (first, wording, presentation, extractor), version, old_version, last_old,
    first_new, words_added, words_removed, similarity, set_aside (places that do not count), change_id,
    stated_before, stated_date, announced and suspect (its marks: db/history/marks), title, words,
    captures, known_at (when the archive file first had the change), old_capture and new_capture (dicts of
    archive, timestamp, original, replay_key), meaning (`db.query.findings.Meaning`), and variants
    (`db.query.variants`). The variants are those
    until the next change of wording, and [] for the events presentation and extractor, which are left out
    without `presentation`. The oldest event of a retailer is `first`, its first version: last_old,
    known_at, old_capture and announced are None. Retailers follow one another. Raises
    UnknownRetailerError.
    """
    for policy_id, domain in retailers.policies(db, domains):
        of_policy = variants.of_policy(db, policy_id)
        for change in _changes(db, domain, presentation):
            since = change["version"], change["first_new"]
            beside = of_policy.get(since, []) if change["event"] == "wording" else []
            yield {"domain": domain, **change, "variants": beside}
        first = _rows(
            db,
            """select 'first' as event, v.number as version, null as old_version, null as last_old,
                   v.first_seen as first_new, t.words as words_added, 0 as words_removed, null as similarity,
                   0 as set_aside, null as change_id, null as stated_before, v.stated_date,
                   null as announced, v.suspect,
                   t.title, t.words, v.captures, null as known_at
            from versions v join texts t on t.id = v.text_id where v.policy_id = ? and v.number = 1""",
            [policy_id],
        )
        for event in first:
            since = event["first_new"]
            captures = {"old_capture": None, "new_capture": _capture(db, policy_id, since)}
            beside = of_policy.get((1, since), [])
            yield {"domain": domain, **event, **captures, "meaning": Meaning(), "variants": beside}


def set_aside(db: Database, domains: Sequence[str] = (), *, presentation: bool = False) -> dict[str, int]:
    """Return domain -> how many places of three words and more differ within its versions and do not count.

    With `presentation`, those of the events presentation and extractor are left out, because `log` shows them
    with these events. Retailers without such a place are left out. Raises UnknownRetailerError.
    """
    counts = {}
    for policy_id, domain in retailers.policies(db, domains):
        (every,) = db.execute(
            "select coalesce(sum(set_aside), 0) from versions where policy_id = ?", [policy_id]
        ).fetchone()
        (shown,) = db.execute(
            "select coalesce(sum(set_aside), 0) from changes where policy_id = ? and kind != 'wording'",
            [policy_id],
        ).fetchone()
        counts[domain] = every - (shown if presentation else 0)
    return {domain: count for domain, count in counts.items() if count > 0}


@dataclass(frozen=True)
class PolicyText:
    """The text of a policy at a moment: the text of the last good capture until then.

    `next_seen` is the time of the next good capture, or None. `changed_by_then` is True if that capture has
    another wording; then the text may have been replaced before the moment. `unseen` is the time without a
    good capture around the moment, or None if the day was seen. `version` is None if a run was killed after
    it stored captures and before it derived the history.
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
    replay_key: str | None
    unseen: UnseenTime | None


def show(db: Database, domain: str, until: str | None = None) -> PolicyText | None:
    """Return the text of a policy at the moment `until`, or its latest text.

    `until` is ISO 8601. Returns None if there is no good capture until then. Raises UnknownRetailerError.
    """
    policy_id = retailers.policy_of(db, domain)
    capture = good_captures.latest(db, policy_id, until or "9999")
    if capture is None:
        return None
    return text_of(db, domain, capture, until)


def text_of(db: Database, domain: str, capture: GoodCapture, until: str | None = None) -> PolicyText:
    """Return the text of a good capture of a policy, as the text at the moment `until`.

    Raises UnknownRetailerError.
    """
    policy_id = retailers.policy_of(db, domain)
    title, markdown, wording = _text(db, capture)
    version = history.version_at(db, policy_id, capture.captured_at)
    next_seen, changed = None, False
    later = good_captures.next_after(db, policy_id, capture.captured_at)
    if later:
        then = history.version_at(db, policy_id, later.captured_at)
        next_seen = later.captured_at
        changed = then != version if then else _text(db, later)[2] != wording
    unseen = unseen_at(db, policy_id, until, capture, later, changed=changed) if until else None
    seen = (capture.captured_at, next_seen, changed)
    return PolicyText(domain, version, title, markdown, *seen, **_source(capture), unseen=unseen)


def _text(db: Database, capture: GoodCapture) -> tuple[str, str, str]:
    """Return title, Markdown and wording key of a capture's text."""
    query = "select title, markdown, wording from texts where id = ?"
    title, markdown, wording = db.execute(query, [capture.text_id]).fetchone()
    return title, markdown, wording


def totals(db: Database) -> Facts:
    """Return how many rows the whole archive file has.

    Keys: retailers, pages, versions, captures (state -> number), verdicts (verdict -> number), changes (of
    wording), last_run (a dict, or None without a run).
    """
    of_privacy = "where policy_id in (select id from policies where kind = 'privacy')"
    tables = {"retailers": "retailers", "pages": f"pages {of_privacy}", "versions": "versions"}
    count = {name: db.execute(f"select count(*) from {rows}").fetchone()[0] for name, rows in tables.items()}
    (changes,) = db.execute("select count(*) from changes where kind = 'wording'").fetchone()
    runs = _rows(
        db,
        """select command, started_at, finished_at, outcome from crawls
        order by started_at desc, id desc limit 1""",
    )
    captures = f"from captures where page_id in (select id from pages {of_privacy})"
    states = f"select state, count(*) {captures} group by state order by state"
    verdicts = f"""select verdict, count(*) {captures} and verdict is not null
        group by verdict order by count(*) desc, verdict"""
    return {
        **count,
        "captures": dict(db.execute(states).fetchall()),
        "verdicts": dict(db.execute(verdicts).fetchall()),
        "changes": changes,
        "last_run": runs[0] if runs else None,
    }


def _capture(
    db: Database, policy_id: int, captured_at: str, text_id: int | None = None
) -> dict[str, Any] | None:
    """Return archive, timestamp, original and replay_key of the good capture with a text at a moment.

    Returns None if there is no good capture.
    """
    capture = good_captures.at(db, policy_id, captured_at, text_id)
    return _source(capture) if capture else None


def _source(capture: GoodCapture) -> dict[str, Any]:
    names = ("archive", "timestamp", "original", "replay_key")
    return {name: getattr(capture, name) for name in names}


def _changes(db: Database, domain: str, presentation: bool) -> Iterator[Facts]:
    kinds = changes.KINDS if presentation else ("wording",)
    found = changes.find(db, ChangeFilter((domain,), kinds=kinds))
    meanings = findings.of_changes(db, (change.id for change in found))
    for change in found:
        old, new = changes.evidence(db, change)
        yield {
            "event": change.kind,
            "version": change.new_version,
            **{name: getattr(change, name) for name in _OF_CHANGE},
            "change_id": change.id,
            "meaning": meanings[change.id],
            "old_capture": _source(old) if old else None,
            "new_capture": _source(new) if new else None,
        }


def _status(db: Database, policy_id: int, domain: str) -> Facts:
    of_policy = "from captures c join pages g on g.id = c.page_id where g.policy_id = ?"
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    good = f"select min(captured_at), max(captured_at) {of_policy} and verdict = 'policy'"
    first, last = db.execute(good, [policy_id]).fetchone()
    (versions,) = db.execute("select count(*) from versions where policy_id = ?", [policy_id]).fetchone()
    changes = "select count(*) from changes where policy_id = ? and kind = 'wording'"
    states = f"select state, count(*) {of_policy} group by state order by state"
    verdicts = f"select verdict, count(*) {of_policy} and verdict is not null group by 1 order by 2 desc, 1"
    pages = """select url, found_by, waypoint, listing, listing_reason as reason, listed_at from pages
        where policy_id = ? order by id"""
    return {
        "domain": domain,
        "name": name,
        "attributes": attributes.of_retailer(db, domain),
        "pages": _rows(db, pages, [policy_id]),
        "lineage": lineage.of_retailer(db, domain, ("privacy", "regional", "candidate")),
        "captures": dict(db.execute(states, [policy_id]).fetchall()),
        "verdicts": dict(db.execute(verdicts, [policy_id]).fetchall()),
        "missing": absence.missing(db, policy_id),
        "first_good": first,
        "last_good": last,
        "versions": versions,
        "changes": db.execute(changes, [policy_id]).fetchone()[0],
        "disagreements": variants.disagreements(db, policy_id),
        "conflicts": conflicts.of_retailer(db, domain),
    }


def _rows(db: Database, query: str, parameters: Sequence[Any] = ()) -> list[Facts]:
    return list(db.query(query, parameters))
