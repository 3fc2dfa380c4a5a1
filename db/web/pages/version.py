"""A version's page: the text of the policy, what is known of it, and how to cite it; the same as Markdown."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from db.history.versions import version_at
from db.query.spans import Span, spans
from db.schema.ids import IDS_PER_POLICY
from db.store import retailers
from db.web.common.responses import Answer
from db.web.common.urls import absolute
from db.web.common.views import NoSuchPageError, Visit, view
from db.web.pages.capture_links import Evidence, witnesses
from db.web.pages.markdown_html import prose


class Text(NamedTuple):
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


@dataclass(frozen=True)
class Version:
    """What the page shows: `spans` are those of this version, `source` the capture whose text it is."""

    domain: str
    name: str | None
    of: int
    text: Text
    spans: list[Span]
    after: Span | None
    evidence: dict[str, Evidence]
    source: Evidence | None

    @property
    def citation(self) -> str:
        """How to cite it, without the address: who, which text, and what is known of when."""
        who = f"{self.name} ({self.domain})" if self.name else self.domain
        seen = "; ".join(_told(span) for span in self.spans)
        where = (
            f" Captured by {self.source.archive_title}: {self.source.address}."
            if self.source and self.source.address
            else ""
        )
        return f"{who}, privacy policy, {seen}.{where}"


def _told(span: Span) -> str:
    began = (
        f"in use after {span.changed_after[:10]} and by {span.since[:10]}"
        if span.changed_after
        else f"first seen {span.since[:10]}"
    )
    return f"{began}, last seen {span.until[:10]}"


@view
async def version(visit: Visit) -> Answer:
    """`/{database}/-/policies/{domain}/{number}`."""
    domain, number = visit.in_path("domain"), int(visit.in_path("number"))
    found = await visit.read(lambda db: read(db, domain, number))
    cited = visit.addresses.at(domain, _digits(found.spans[0].since) if found.spans else str(number))
    return await visit.show(
        "version.html", version=found, prose=prose(found.text.markdown), stable=absolute(visit.request, cited)
    )


@view
async def markdown(visit: Visit) -> Answer:
    """`/{database}/-/policies/{domain}/{number}.md`: the stored text, below a line that says where it comes from."""
    domain, number = visit.in_path("domain"), int(visit.in_path("number"))
    found = await visit.read(lambda db: read(db, domain, number))
    line = f"<!-- {found.citation.replace('--', '- -')} -->"
    text = f"{line}\n\n{found.text.markdown}".encode("utf-8", "replace")
    return Answer(200, [("content-type", "text/markdown; charset=utf-8")], text)


@view
async def at(visit: Visit) -> Answer:
    """`/{database}/-/policies/{domain}/at/{moment}`: to what held then; of a day or year, at its end."""
    domain, moment = visit.in_path("domain"), _end_of(visit.in_path("moment"))
    number = await visit.read(lambda db: version_at(db, retailers.policy_of(db, domain), moment))
    if number is None:
        raise NoSuchPageError(f"no version of the policy of {domain} is known to have held at {moment}")
    return Answer(302, [("location", visit.addresses.version(domain, number))])


def read(db: Database, domain: str, number: int) -> Version:
    """Read a version. Raises UnknownRetailerError and NoSuchPageError."""
    policy_id = retailers.policy_of(db, domain)
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    (of,) = db.execute("select count(*) from versions where policy_id = ?", [policy_id]).fetchone()
    row = db.execute(
        """select v.number, v.text_id, v.captures, v.stated_date, t.title, t.markdown, t.language, t.words, t.completeness
        from versions v join texts t on t.id = v.text_id where v.id = ?""",
        [policy_id * IDS_PER_POLICY + number],
    ).fetchone()
    if row is None or number >= IDS_PER_POLICY:
        raise NoSuchPageError(f"the policy of {domain} has no version {number}; it has {of}")
    text = Text(*row)
    of_policy = spans(db, [policy_id])[policy_id]
    last = max(
        (place for place, span in enumerate(of_policy) if span.version == number), default=len(of_policy)
    )
    return Version(
        domain,
        name,
        of,
        text,
        [span for span in of_policy if span.version == number],
        of_policy[last + 1] if last + 1 < len(of_policy) else None,
        witnesses(db, policy_id),
        _source(db, policy_id, text.text_id),
    )


def _source(db: Database, policy_id: int, text_id: int) -> Evidence | None:
    row = db.execute(
        """select c.captured_at, c.archive, c.timestamp, c.original from captures c join pages g on g.id = c.page_id
        where c.text_id = ? and g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null
        order by c.captured_at, g.urlkey, c.original limit 1""",
        [text_id, policy_id],
    ).fetchone()
    return Evidence(*row) if row else None


def _digits(moment: str) -> str:
    return "".join(sign for sign in moment if sign.isdigit())


def _end_of(digits: str) -> str:
    """The last second of what so many digits name: a year, a month, a day, a moment."""
    whole = digits + "99991231235959"[len(digits) :]
    date = f"{whole[:4]}-{whole[4:6]}-{whole[6:8]}"
    return f"{date}T{whole[8:10]}:{whole[10:12]}:{whole[12:14]}Z"
