"""An archive file, open for reading: its retailers, versions, changes and texts as dataclasses."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from sqlite_utils import Database

from crawler import record_values
from crawler.errors import NoTextError
from crawler.retailer_lists import domain_in
from crawler.webarchive.cdx_snapshots import snapshot_of
from db import citations, times
from db.database import open_to_read
from db.findings.statement import KINDS
from db.history import good_captures
from db.promises import statement
from db.promises.of_policies import PromiseFilter, ledger
from db.query import catalogue, changes, comparisons, findings, gaps, reports
from db.query.changes import ChangeFilter, FoundChange
from db.query.comparisons import Comparison
from db.query.findings import MOVES, FindingFilter
from db.query.panel import PERIODS
from db.query.reports import PolicyText
from db.query.searching import mentions
from db.query.searching.mentions import RetailerMentions
from db.query.searching.search import TextQuery, match
from db.query.trends import claim_trends, finding_trends
from db.report import compute
from db.report.options import EVERY, ReportOptions
from db.store import retailers, run_log
from policytrail.records import (
    Capture,
    Change,
    Diff,
    Finding,
    FindingTrend,
    Gap,
    Hit,
    ListedCapture,
    Mention,
    Place,
    Promise,
    Retailer,
    Text,
    Version,
    Wording,
)

Day = date | str
T = TypeVar("T")
_ALL = FindingFilter()


class Archive:
    """An archive file, open for reading. Use it as a context manager, or call `close`.

    Domains can be written as in the command line: `shop.example`, `www.shop.example`, in Unicode. Methods
    with a domain raise UnknownRetailerError, and RetailerListError for a text that is no domain.
    """

    def __init__(self, path: Path | str) -> None:
        self._db: Database = open_to_read(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. It can be called repeatedly."""
        self._db.close()

    def retailers(self) -> list[Retailer]:
        """Return all retailers by domain; [] for an empty archive file."""
        return [_made(Retailer, row) for row in catalogue.retailers(self._db)]

    def versions(self, domain: str) -> list[Version]:
        """Return the versions of a retailer's policy by number; [] without a good capture."""
        domain, policy_id = self._policy(domain)
        return [_made(Version, row, retailer=domain) for row in catalogue.versions(self._db, policy_id)]

    def changes(
        self,
        domain: str | None = None,
        *,
        since: Day | None = None,
        until: Day | None = None,
        min_words: int = 0,
        change_kind: str = "wording",
        finding: str = "",
        move: str = "",
        quote: str = "",
    ) -> list[Change]:
        """Return the changes of one retailer's policy or of all, by retailer and time.

        A change is returned if it can have happened from `since` to `until` (days; both included): its
        bracket from `last_old` to `first_new` overlaps that time. `min_words` is the least number of words
        that were added and removed together. `change_kind` is `wording`, `presentation` or `extractor`. With
        `finding` (a kind: `sale`), `move` (`added`, `removed`, `changed`) or `quote` (words that it quotes,
        in upper or lower case), only changes with such a finding are returned, with only these findings.
        Returns [] if there is none. Raises ValueError for a text that is no day, and for another kind of
        change, and for another kind or move of findings.
        """
        _check(
            change_kind=(change_kind, changes.KINDS),
            finding=(finding, ("", *KINDS)),
            move=(move, ("", *MOVES)),
        )
        wanted = ChangeFilter(
            () if domain is None else (domain_in(self._db, domain),),
            str(_day(since) or ""),
            str(_day(until) or ""),
            min_words=min_words,
            kinds=(change_kind,),
            findings=FindingFilter(finding, move, quote),
        )
        return [self._change(found, wanted.findings) for found in changes.find(self._db, wanted, "retailer")]

    def news(
        self,
        since: Day | None = None,
        domain: str | None = None,
        *,
        min_words: int = 0,
        change_kind: str = "wording",
    ) -> list[Change]:
        """Return the changes that became known to this archive file, by retailer and time.

        `since` is a day or a moment (UTC without a zone); None means since the last finished run began. A
        change is news when the file has it for the first time, however long ago it happened. The other
        arguments are as in `changes`. Returns [] if nothing is new. Raises ValueError for a text that is
        neither a day nor a moment, and for another kind of change.
        """
        _check(change_kind=(change_kind, changes.KINDS))
        wanted = ChangeFilter(
            () if domain is None else (domain_in(self._db, domain),),
            min_words=min_words,
            kinds=(change_kind,),
            known_since=(run_log.last_began(self._db) or "") if since is None else _moment(since),
        )
        return [self._change(found) for found in changes.find(self._db, wanted, "retailer")]

    def text(self, domain: str, on: Day | None = None, *, version: int | None = None) -> Text:
        """Return the text of a policy on a day, of a version, or the latest one.

        The text on a day is that of the last good capture until the end of that day (UTC), that of a version
        is that of its first capture. Raises NoTextError if there is none, and ValueError for a text that is
        no day and if both `on` and `version` are given.
        """
        if on is not None and version is not None:
            raise ValueError("name a day or a version, not both")
        domain, policy_id = self._policy(domain)
        day = _day(on)
        if version is not None:
            first = catalogue.first_capture(self._db, policy_id, version)
            if first is None:
                raise NoTextError(f"{domain} has no version {version}")
            return _text(reports.text_of(self._db, domain, first, first.captured_at))
        moment = f"{day.isoformat()}T23:59:59Z" if day else None
        found = reports.show(self._db, domain, moment)
        if found is None:
            raise NoTextError(f"{domain} has no good capture" + (f" until {day}" if day else ""))
        return _text(found)

    def texts(self, on: Day) -> list[Text]:
        """Return the texts of all policies on a day, by retailer, as `text` does.

        Retailers without a good capture until the end of that day (UTC) are left out. A text whose `unseen`
        is None was the policy's on that day; of the others, nothing is known for that day. Raises ValueError
        for a text that is no day.
        """
        moment = f"{_day(on)}T23:59:59Z"
        found = (reports.show(self._db, domain, moment) for _, domain in retailers.policies(self._db))
        return [_text(text) for text in found if text]

    def diff(self, old: Text | Change, new: Text | None = None) -> Diff:
        """Return the difference of two texts of a policy, or of the two texts of a change.

        Raises ValueError if the texts are of two retailers, or if one is missing. Raises NoTextError if the
        archive file no longer has one of the captures.
        """
        return _diff(self._compared(old, new))

    def cite(self, old: Text | Change, new: Text | None = None) -> str:
        """Return how to cite a change, or two texts of a policy, as `diff --cite text` prints it.

        The errors are those of `diff`.
        """
        compared = self._compared(old, new)
        return citations.of_comparison(self._db, compared, datetime.now(UTC).date()).text

    def _compared(self, old: Text | Change, new: Text | None) -> Comparison:
        if isinstance(old, Change) == (new is not None):
            raise ValueError("name a change, or two texts")
        after = new or old
        if after.retailer != old.retailer:
            raise ValueError(f"texts of two retailers: {old.retailer} and {after.retailer}")
        policy_id = retailers.policy_of(self._db, old.retailer)
        captures = (
            (old.old_capture, old.new_capture)
            if isinstance(old, Change)
            else (old.capture, cast(Text, after).capture)
        )
        before, then = (
            good_captures.of_address(self._db, policy_id, one.archive, one.timestamp, one.original)
            for one in captures
        )
        if before is None or then is None:
            raise NoTextError(f"the archive file has changed: a capture of {old.retailer} is gone")
        return comparisons.of_captures(self._db, policy_id, before, then)

    def captures(self, domain: str) -> list[ListedCapture]:
        """Return all captures of a retailer's policy by time, as waybackpy's CDXSnapshot.

        Captures whose timestamp is no time are left out. Returns [] without captures.
        """
        _, policy_id = self._policy(domain)
        listed = map(_listed, catalogue.captures(self._db, policy_id))
        return [capture for capture in listed if capture]

    def gaps(self, domain: str | None = None, *, months: int = 6) -> list[Gap]:
        """Return the gaps of one retailer or of all, by retailer and time.

        A time between two good captures is a gap if it has at least `months` months, and never if it has
        fewer than 6. Returns [] without gaps.
        """
        wanted = None if domain is None else self._policy(domain)[0]
        found = gaps.gaps(self._db, months)
        return [
            _made(Gap, record_values.gap(name, row))
            for name, rows in found.items()
            for row in rows
            if wanted in (None, name)
        ]

    def finding_trends(
        self,
        kind: str,
        move: str = "",
        *,
        quote: str = "",
        every: str = "half-year",
        domains: Sequence[str] = (),
    ) -> list[FindingTrend]:
        """Return how many retailers' policies say something, and changed what they say, by move and period.

        `kind` is a kind of finding (`sale`). `move` is `added`, `removed` or `changed`, or `states` or
        `denies`: the text says so at some time in the period. "" stands for all five. With `quote`, only
        statements with these words count. `every` is `month`, `quarter`, `half-year` or `year`. Suspect
        changes are left out, and findings that one capture shows and the next change takes back. What was not
        read counts at most, and so does what the text of a suspect version states. Without `domains`, all
        retailers count, but those whose texts are all in languages without rules. Returns [] without a good
        capture. Raises ValueError for another kind, move or period.
        """
        _check(kind=(kind, KINDS), move=(move, ("", *claim_trends.ASKED)), every=(every, tuple(PERIODS)))
        chosen = tuple(domain for domain, _ in map(self._policy, domains))
        known = finding_trends.known(self._db, every, chosen)
        wanted = FindingFilter(kind, move, quote, lasting=True)
        trends = claim_trends.by_move(self._db, wanted, known, chosen)
        return [
            FindingTrend(**{**row, **{day: date.fromisoformat(row[day]) for day in ("start", "end")}})
            for row in finding_trends.rows(kind, trends)
        ]

    def search(
        self,
        words: str,
        domains: Sequence[str] = (),
        *,
        since: Day | None = None,
        until: Day | None = None,
        removed: bool = False,
        limit: int = 20,
    ) -> list[Hit]:
        """Return at most `limit` retailers whose policy has some words in its text, and when it had them.

        Words in double quotes are a phrase. All other words can be at any place, but all must be there. The
        best match is first. `since` and `until` (days; both included) choose the policies that have the words
        then, also between two captures that show it. With `removed`, only retailers whose latest text has the
        words no longer are returned, the latest removal first, and the days choose those that may have lost
        them then. Returns [] without words or without a match.
        Raises ValueError for a text that is no day.
        """
        chosen = tuple(domain for domain, _ in map(self._policy, domains))
        last = _day(until)
        query = TextQuery(match(words), chosen, str(_day(since) or ""), f"{last}T23:59:59Z" if last else "")
        order: mentions.Order = "removed" if removed else "retailers"
        marks = ("«", "»")
        found = mentions.search(self._db, query, order, marks=marks, limit=limit)[1] if query.match else []
        return [_hit(one) for one in found]

    def promises(
        self,
        domain: str | None = None,
        *,
        kind: str = "",
        standing: bool | None = None,
        since: Day | None = None,
        until: Day | None = None,
    ) -> list[Promise]:
        """Return the promises of one retailer's policy or of all, by retailer, then by their beginning.

        `kind` is one of those of `Promise`; "" means all. `standing` is True for the promises of the latest
        version, False for those that ended, and None for all, also if that is not known.
        A promise is returned if it can have begun or ended from `since` to `until` (days; both included).
        Versions that were not read for claims are passed over. Returns [] if there is none. Raises
        ValueError for a text that is no day, and for another kind.
        """
        _check(kind=(kind, ("", *statement.KINDS)))
        last = _day(until)
        days = str(_day(since) or ""), f"{last}T23:59:59Z" if last else "9999"
        wanted = PromiseFilter((kind,) if kind else (), standing, *days)
        chosen = [] if domain is None else [self._policy(domain)[0]]
        return [
            _promise(record_values.promise(name, one))
            for policy_id, name in retailers.policies(self._db, chosen)
            for one in ledger(self._db, policy_id).promises
            if wanted.takes(one)
        ]

    def report(
        self,
        table: str,
        *,
        every: str = "half-year",
        group: str = "",
        as_published: bool = False,
        compare: bool = False,
        adoptions: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Return the rows of a table of the report (A1 … A9, ADOPTION), one for each number.

        A row has table, group, period, measure, n, value, low, high and published (docs/report.md); shares
        are in percent, and what is not known is None. `every` is the length of a period: half-year, quarter,
        year, and day for ADOPTION. `group` is language, history, or an attribute of retailers. `adoptions`
        are questions, such as `phrase:do not sell`. Returns [] without good captures. Raises ReportError (a
        table, group or question that does not exist), and ValueError for another `every`.
        """
        _check(every=(every, EVERY))
        options = ReportOptions(every, as_published, group, compare, tuple(adoptions))
        return [
            row for found in compute.report(self._db, compute.chosen(table), options) for row in found.rows()
        ]

    def _change(self, found: FoundChange, wanted: FindingFilter = _ALL) -> Change:
        old, new = changes.evidence(self._db, found)
        if old is None or new is None:
            raise NoTextError(
                f"a run was stopped: a capture of {found.domain} is gone. Run the command again"
            )
        captures = {"old_capture": _capture(old._asdict()), "new_capture": _capture(new._asdict())}
        meaning = record_values.meaning(findings.of_change(self._db, found.id).only(wanted))
        meaning["findings"] = [Finding(**one) for one in meaning["findings"]]
        return _made(Change, {**vars(found), **captures, **meaning}, retailer=found.domain)

    def _policy(self, domain: str) -> tuple[str, int]:
        domain = domain_in(self._db, domain)
        return domain, retailers.policy_of(self._db, domain)


def _check(**given: tuple[str, tuple[str, ...]]) -> None:
    """Raise ValueError for an argument that is none of its values; `given` has both by name."""
    for name, (value, values) in given.items():
        if value not in values:
            raise ValueError(f"{name} must be one of {', '.join(filter(None, values))}")


def _made(kind: type[T], row: Mapping[str, Any], **more: Any) -> T:
    """Return a dataclass, with its fields from a row; ISO 8601 texts become datetimes."""
    values = {**row, **more}
    return kind(**{field.name: _value(field.type, values[field.name]) for field in fields(kind)})  # type: ignore[arg-type]


def _value(kind: object, value: Any) -> Any:
    if value is not None and "datetime" in str(kind):
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _promise(values: dict[str, Any]) -> Promise:
    wordings = tuple(_made(Wording, one) for one in values["wordings"])
    return _made(Promise, values, wordings=wordings)


def _text(found: PolicyText) -> Text:
    values = record_values.text(found)
    return _made(Text, values, capture=Capture(**values["capture"]))


def _diff(compared: Comparison) -> Diff:
    values = record_values.diff(compared)
    return _made(Diff, values, places=[Place(**place) for place in values["places"]])


def _hit(found: RetailerMentions) -> Hit:
    values = record_values.hit(found)
    return _made(Hit, values, mentions=[_made(Mention, one) for one in values["mentions"]])


def _capture(row: Mapping[str, Any]) -> Capture:
    return Capture(**record_values.capture(row))


def _listed(row: Mapping[str, Any]) -> ListedCapture | None:
    values = {name: "-" if value is None else str(value) for name, value in row.items()}
    snapshot = snapshot_of({**values, "statuscode": values["status"]})
    if snapshot is None:
        return None
    return ListedCapture(snapshot, row["state"], row["verdict"], row["reason"], _capture(row))


def _day(day: Day | None) -> date | None:
    """Return a day; of a moment, its day in UTC."""
    if isinstance(day, datetime):
        return _in_utc(day).date()
    return date.fromisoformat(day) if isinstance(day, str) else day


def _moment(since: Day) -> str:
    """Return the first moment of a day, or a moment, in ISO 8601."""
    if isinstance(since, str):
        since = datetime.fromisoformat(since)
    if not isinstance(since, datetime):
        since = datetime(since.year, since.month, since.day)
    return times.iso(_in_utc(since))


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone is in UTC already."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
