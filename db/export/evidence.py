"""The versions to export, each with all its evidence, and how captures are cited."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from sqlite_utils import Database

from db.errors import StoreError
from db.history import good_captures
from db.query.spans import Span, spans
from db.schema.ids import text_id
from db.store import retailers


@dataclass(frozen=True)
class ExportFilter:
    """The part of an archive file to export.

    `domains` are the retailers; () means all. `first` and `last` limit the time (ISO 8601, both included),
    and None means no limit. With `latest`, only the last version or change of each retailer in that time is
    exported. With `with_text`, rows that have only numbers by default have the words too. `on` is the day
    (2018-05-25) of a table of texts, and `every` the period of a panel, one of `db.query.panel.PERIODS`.
    `base_url` is the public address of a site, with a slash at its end, or "" if it is not known.
    """

    domains: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    latest: bool = False
    with_text: bool = False
    on: str | None = None
    every: str = "month"
    base_url: str = ""

    def overlaps(self, since: str | None, until: str | None) -> bool:
        """Return whether a period (both ends included) is at least partly in the chosen time.

        None stands for an unknown time, which is chosen only without `first` and `last`.
        """
        if since is None or until is None:
            return not (self.first or self.last)
        return since <= (self.last or "9999") and until >= (self.first or "")


@dataclass(frozen=True)
class CitedCapture:
    """A good capture (verdict `policy`) with everything that is needed to cite it.

    `page` is the address of the policy's page, and `original` the address as it was captured. `digest` is
    from the index of the web archive, or None if the index has none. `body_sha256` is the hash of the stored
    body. `replay_key` is the timestamp as the web archive writes it, if that has another number of digits.
    """

    archive: str
    timestamp: str
    captured_at: str
    original: str
    page: str
    mimetype: str | None
    status: int | None
    digest: str | None
    body_sha256: str | None
    text_sha256: str
    replay_key: str | None = None

    @property
    def archive_timestamp(self) -> str:
        """The timestamp as the archive writes it."""
        return self.replay_key or self.timestamp


# SQL: the columns of a CitedCapture, from captures `c`, pages `g`, texts `t` and bodies `b`.
CITED_COLUMNS = """c.archive, c.timestamp, c.captured_at, c.original, g.url, c.mimetype, c.status,
    nullif(c.digest, '-'), b.sha256, t.sha256, c.replay_key"""


@dataclass(frozen=True)
class ExportedVariant:
    """Another wording that the retailer showed during the period of a version.

    The kind is `flip` (in one capture, or alternating with the version) or `address` (at another address).
    """

    kind: str
    page: str
    first_seen: str
    last_seen: str
    captures: int
    text_sha256: str


@dataclass(frozen=True)
class ExportedVersion:
    """A version with its text and its evidence.

    `spans` are the periods of the version, the oldest first. `replaced` is the moment of the first capture of
    the next version, or None if this is the current version (`latest`). `first` is the first capture of this
    text, and `last` the last capture of the version.
    """

    retailer: str
    name: str | None
    number: int
    latest: bool
    spans: tuple[Span, ...]
    replaced: str | None
    first: CitedCapture
    last: CitedCapture
    variants: tuple[ExportedVariant, ...]
    captures: int
    stated_date: str | None
    title: str
    markdown: str
    text_sha256: str
    language: str | None
    words: int
    completeness: float
    extractor: str

    @property
    def first_seen(self) -> str:
        """The moment of the version's first capture (ISO 8601)."""
        return self.first.captured_at

    @property
    def last_seen(self) -> str:
        """The moment of the version's last capture (ISO 8601)."""
        return self.last.captured_at

    @property
    def came(self) -> Span | None:
        """The version's first span, which describes the change to it; None for the first version."""
        return self.spans[0] if self.spans[0].changed_after else None


@dataclass(frozen=True)
class Citations:
    """How captures are cited. The caller defines it, because `db` does not know web archives.

    `address` takes a capture and returns its address in the web archive, or None if others cannot reach it.
    `provenance` takes the retailer's domain and the capture of a text, and returns the line above the text.
    """

    address: Callable[[CitedCapture], str | None]
    provenance: Callable[[str, CitedCapture], str]


@dataclass(frozen=True)
class ExportResult:
    """The result of an export.

    `written` is how many items were written, and `kept` how many existed already. `note` is a remark for
    people, or "". `foreign_files` are paths that were skipped, because a file there was not written by an
    export. `removed` is how many files of an earlier export were deleted.
    """

    written: int
    kept: int
    note: str = ""
    foreign_files: tuple[str, ...] = ()
    removed: int = 0

    @classmethod
    def of(cls, things: int, are_new: bool) -> "ExportResult":
        """Return the result for items that are all written together, or not at all."""
        return cls(things, 0) if are_new else cls(0, things)


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Read the archive file in one transaction, so that a running crawl changes nothing meanwhile.

    Raises StoreError if the file is damaged.
    """
    try:
        with db.atomic():
            yield
    except sqlite3.Error as error:
        raise StoreError(f"the archive could not be read: {error}") from error


def unfounded(domain: str) -> StoreError:
    """Return the error for a history that uses a capture that does not exist."""
    return StoreError(
        f"the history of {domain} does not follow from its captures: a rebuild is running or was stopped;"
        " run 'policytrail rebuild', then this again"
    )


def count_versions(db: Database, wanted: ExportFilter) -> int:
    """Return how many versions are chosen. Raises UnknownRetailerError."""
    return sum(len(_chosen(of_policy, wanted)) for _, _, of_policy in _policies(db, wanted))


def versions(db: Database, wanted: ExportFilter) -> Iterator[ExportedVersion]:
    """Yield the chosen versions by retailer and number. Only one is in memory at a time.

    Raises UnknownRetailerError, StoreError.
    """
    for policy_id, domain, of_policy in _policies(db, wanted):
        chosen = _chosen(of_policy, wanted)
        if chosen:
            yield from _versions(db, policy_id, domain, of_policy, chosen)


def _policies(db: Database, wanted: ExportFilter) -> Iterator[tuple[int, str, list[Span]]]:
    for policy_id, domain in retailers.policies(db, wanted.domains):
        yield policy_id, domain, spans(db, [policy_id])[policy_id]


def _chosen(of_policy: Sequence[Span], wanted: ExportFilter) -> list[int]:
    """Return the numbers of the versions that have a span in the chosen time."""
    held = [span.version for span in of_policy if wanted.overlaps(span.since, span.until)]
    return held[-1:] if wanted.latest else sorted(set(held))


def _versions(
    db: Database, policy_id: int, domain: str, of_policy: list[Span], chosen: list[int]
) -> Iterator[ExportedVersion]:
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    variants = _variants(db, policy_id)
    after = {span.version: following.since for span, following in pairwise(of_policy)}
    after.pop(of_policy[-1].version, None)
    for number in chosen:
        row = db.execute(
            """select v.first_seen, v.last_seen, v.captures, v.stated_date, t.title, t.markdown, t.sha256,
                   t.language, t.words, t.completeness, t.extractor
            from versions v join texts t on t.id = v.text_id where v.policy_id = ? and v.number = ?""",
            [policy_id, number],
        ).fetchone()
        first, last = (cited_capture(db, policy_id, domain, moment, text_id(row[6])) for moment in row[:2])
        held = tuple(span for span in of_policy if span.version == number)
        facts = (domain, name, number, number == of_policy[-1].version, held, after.get(number), first, last)
        yield ExportedVersion(*facts, tuple(variants.get(number, ())), *row[2:])


def _variants(db: Database, policy_id: int) -> dict[int, list[ExportedVariant]]:
    found: dict[int, list[ExportedVariant]] = {}
    for number, *variant in db.execute(
        """select v.number, x.kind, g.url, x.first_seen, x.last_seen, x.captures, t.sha256
        from variants x join versions v on v.id = x.version_id
        join pages g on g.id = x.page_id join texts t on t.id = x.text_id
        where x.policy_id = ? order by x.id""",
        [policy_id],
    ):
        found.setdefault(number, []).append(ExportedVariant(*variant))
    return found


def cited_capture(
    db: Database, policy_id: int, domain: str, moment: str, text: int | None = None
) -> CitedCapture:
    """Return the good capture at a moment, with everything that is needed to cite it.

    If there are several, the capture with the text `text` (an id) is returned. Raises StoreError if there is
    none, for example while the archive file is being rebuilt.
    """
    found = good_captures.at(db, policy_id, moment, text)
    if found is None:
        raise unfounded(domain)
    row = db.execute(
        f"""select {CITED_COLUMNS} from captures c join pages g on g.id = c.page_id
        join texts t on t.id = c.text_id left join bodies b on b.id = c.body_id where c.id = ?""",
        [found.id],
    ).fetchone()
    return CitedCapture(*row)
