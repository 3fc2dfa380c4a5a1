"""The page of a version: the text of the policy, its dates, and how to cite it; also as Markdown."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from db.citations import CaptureLink, Citation, link, who
from db.history import good_captures
from db.query import findings, reports
from db.query.findings import Meaning
from db.query.spans import Span, spans
from db.query.unseen import UnseenTime
from db.schema.ids import IDS_PER_POLICY
from db.store import retailers
from db.times import digits, last_second
from db.web.common.errors import BadQueryError, NoSuchPageError
from db.web.common.responses import Response
from db.web.common.urls import lasting
from db.web.common.views import PageRequest, view
from db.web.pages.capture_links import capture_links
from db.web.pages.citation import as_file, today
from db.web.pages.markdown_html import RenderedText, render_markdown

_CLOSES_COMMENT = re.compile(r"(--!?)>")
_MOMENT = re.compile(r"[0-9]{4}(?:[0-9]{2}){0,2}|[0-9]{14}")


class VersionText(NamedTuple):
    """A version with its text."""

    number: int
    text_id: int
    captures: int
    stated_date: str | None
    title: str
    markdown: str
    language: str | None
    words: int
    completeness: float
    sha256: str


@dataclass(frozen=True)
class VersionPage:
    """The data of the page.

    `of` is the number of all versions. `spans` are the periods of this version, `after` is the span that
    follows the last one, and `source` the first capture with this text.
    """

    domain: str
    name: str | None
    of: int
    text: VersionText
    spans: list[Span]
    after: Span | None
    evidence: dict[str, CaptureLink]
    source: CaptureLink | None

    @property
    def dates(self) -> str:
        """What a citation says of the dates of the version."""
        return "; ".join(_when(span) for span in self.spans)

    @property
    def cited_name(self) -> str:
        """The retailer in a citation: its name and domain."""
        return who(self.domain, self.name)


def _when(span: Span) -> str:
    began = (
        f"changed between {span.changed_after[:10]} and {span.since[:10]}"
        if span.changed_after
        else f"first seen {span.since[:10]}"
    )
    return f"{began}, last seen {span.until[:10]}"


@view
async def version(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/{number}?at=20180525`.

    If no capture shows the moment `at`, and this version was seen before it, the page says so.
    """
    domain, number = request.domain(), int(request.path_value("number"))
    moment = request.query_value("at")
    if moment and not _MOMENT.fullmatch(moment):
        raise BadQueryError("at must be 4, 6, 8 or 14 digits: a year, month, day or moment")
    found, rendered = await request.read(lambda db: _rendered(db, domain, number))
    meanings = await request.read(lambda db: _meanings(db, domain, number))
    unseen = await request.read(lambda db: _unseen(db, domain, number, moment)) if moment else None
    return await request.render(
        "version.html",
        version=found,
        unseen=unseen,
        rendered=rendered,
        meanings=meanings,
        shown=findings.SHOWN,
        citation=_citation(request, found),
        cited=_cited(request, found),
    )


def _rendered(db: Database, domain: str, number: int) -> tuple[VersionPage, RenderedText]:
    """Return the data of the page, and its text as HTML: the thread of the server has no time for that."""
    found = read_version(db, domain, number)
    return found, render_markdown(found.text.markdown)


def _meanings(db: Database, domain: str, number: int) -> dict[str, Meaning]:
    """Return what the changes mean after which a version was shown, by the first capture after each."""
    of_policy = findings.of_policy(db, retailers.policy_of(db, domain), number)
    return {moment: meaning for (_, moment), meaning in of_policy.items()}


@view
async def citation(request: PageRequest) -> Response:
    """Send the citation of `/{database}/-/policies/{domain}/{number}` with `.bib` or `.csl.json`."""
    domain, number = request.domain(), int(request.path_value("number"))
    found = await request.read(lambda db: read_version(db, domain, number))
    return as_file(_citation(request, found), request.path_value("form"))


@view
async def markdown(request: PageRequest) -> Response:
    """Send `/{database}/-/policies/{domain}/{number}.md`: the stored text below a line with its source."""
    domain, number = request.domain(), int(request.path_value("number"))
    found = await request.read(lambda db: read_version(db, domain, number))
    source = _CLOSES_COMMENT.sub(r"\1&gt;", _citation(request, found).sentence)
    text = f"<!-- {source} -->\n\n{found.text.markdown}".encode("utf-8", "replace")
    return Response(200, [("content-type", "text/markdown; charset=utf-8")], text)


def _citation(request: PageRequest, found: VersionPage) -> Citation:
    captures = (found.source,) if found.source else ()
    address = lasting(_cited(request, found))
    return Citation(
        found.cited_name, found.domain, found.dates, captures, (found.text.sha256,), address, today()
    )


def _cited(request: PageRequest, found: VersionPage) -> str:
    """Return the path of the version that stays the same when versions get other numbers."""
    return request.urls.at(
        found.domain, digits(found.spans[0].since) if found.spans else str(found.text.number)
    )


@view
async def at(request: PageRequest) -> Response:
    """Redirect `/{database}/-/policies/{domain}/at/{moment}` to the version of that moment.

    For a day, month or year, its last second is used. If no capture shows that day, the page of the version
    seen before says so. Raises NoSuchPageError if no version is known, and BadQueryError for no date.
    """
    domain, moment = request.domain(), request.path_value("moment")
    shown = await request.read(lambda db: reports.show(db, domain, _end_of(moment)))
    if shown is None or shown.version is None:
        raise NoSuchPageError(f"no version of the policy of {domain} is known for {_end_of(moment)}")
    day = moment if shown.unseen else ""
    return Response(302, [("location", request.urls.version(domain, shown.version, day))])


def read_version(db: Database, domain: str, number: int) -> VersionPage:
    """Return the data of the page. Raises UnknownRetailerError, NoSuchPageError."""
    policy_id = retailers.policy_of(db, domain)
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    (of,) = db.execute("select count(*) from versions where policy_id = ?", [policy_id]).fetchone()
    row = db.execute(
        """select v.number, v.text_id, v.captures, v.stated_date, t.title, t.markdown, t.language, t.words,
               t.completeness, t.sha256
        from versions v join texts t on t.id = v.text_id where v.id = ?""",
        [policy_id * IDS_PER_POLICY + number],
    ).fetchone()
    if row is None or number >= IDS_PER_POLICY:
        raise NoSuchPageError(f"the policy of {domain} has no version {number}; it has {of}")
    text = VersionText(*row)
    of_policy = spans(db, [policy_id])[policy_id]
    source = good_captures.first_of_text(db, policy_id, text.text_id)
    last = max(
        (place for place, span in enumerate(of_policy) if span.version == number), default=len(of_policy)
    )
    return VersionPage(
        domain,
        name,
        of,
        text,
        [span for span in of_policy if span.version == number],
        of_policy[last + 1] if last + 1 < len(of_policy) else None,
        capture_links(db, policy_id),
        link(source) if source else None,
    )


def _unseen(db: Database, domain: str, number: int, moment: str) -> UnseenTime | None:
    """Return the time without a capture around a moment, if the version is the one seen before it."""
    shown = reports.show(db, domain, _end_of(moment))
    return shown.unseen if shown and shown.version == number else None


def _end_of(digits: str) -> str:
    """Return the last second of a year, month, day or moment, in ISO 8601. Raises BadQueryError."""
    end = last_second(digits)
    if end is None:
        raise BadQueryError(f"{digits} is no year, month, day or moment")
    return end
