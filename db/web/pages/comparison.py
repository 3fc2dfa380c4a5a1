"""The page that compares two captures of a policy word by word.

For two versions that follow each other, they are the two captures between which the change happened. So the
page counts the words that the lists count.
"""

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup
from sqlite_utils import Database

from db.citations import CaptureLink, Citation, dates, link, text_sha256
from db.history import good_captures
from db.history.comparison.differences import Size
from db.history.good_captures import GoodCapture
from db.history.versions import version_at
from db.query import comparisons, findings
from db.query.comparisons import Comparison
from db.query.findings import SHOWN, Meaning
from db.query.spans import spans
from db.store import retailers
from db.times import digits, iso, moment
from db.web.common.errors import BadQueryError, NoSuchPageError, TooLargeError
from db.web.common.responses import Response
from db.web.common.urls import lasting
from db.web.common.views import PageRequest, view
from db.web.pages.citation import as_file, today
from db.web.pages.comparison_findings import PlacedFinding, placed
from db.web.pages.comparison_links import ChangeNeighbours, VersionChoice, choices, neighbours
from db.web.pages.comparison_parts import ComparisonPart, parts, runs_of
from db.web.pages.version import VersionPage, read_version

# Texts with more characters together are not compared here: three times the longest real policies. Seventeen
# kinds of texts of this size, made to be slow, took up to 5 s of processor time; READ_SECONDS ends others.
COMPARED = 1_000_000
LAYOUTS = ("inline", "side")


class ComparisonPage(NamedTuple):
    """The data of the page.

    `captures` are the links to the old and the new capture, and `sha256` the hashes of their texts. `change`
    is the change that happened between these two captures, or None. `choices` are all versions.
    `differences` is the number of those that count. If `is_one_capture`, nothing can differ. `findings` say
    what the text says otherwise after the change.
    """

    old: VersionPage
    new: VersionPage
    captures: tuple[CaptureLink, CaptureLink]
    sha256: tuple[str, str]
    change: ChangeNeighbours | None
    choices: list[VersionChoice]
    parts: list[ComparisonPart]
    size: Size
    differences: int
    is_one_capture: bool
    meaning: Meaning
    findings: list[PlacedFinding]

    @property
    def changes(self) -> int:
        """The number of parts of the page with differences that count."""
        return max((part.number for part in self.parts), default=0)


@view
async def comparison(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/compare?old=…&new=…&at=…&layout=side`.

    Without `new`, the latest version is shown. Without `old`, the version before `new` is used. If the two
    versions follow each other several times, `at` chooses one change; otherwise the first one is shown.
    """
    domain, layout = request.domain(), _layout(request)
    old, new = request.query_number("old", 0), request.query_number("new", 0)
    at = request.query_value("at")
    read = _with_body(request, layout, lambda db: read_comparison(db, domain, old, new, at))
    return await _render(request, *await request.read(read), layout, at)


@view
async def of_captures(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/compare/{old}/{new}`: two captures, by their moments.

    This address is for citations: it shows the same two captures when versions get other numbers.
    """
    domain, layout = request.domain(), _layout(request)
    moments = request.path_value("old"), request.path_value("new")
    read = _with_body(request, layout, lambda db: read_captures(db, domain, *moments))
    found, body = await request.read(read)
    return await _render(request, found, body, layout, moments[1] if found.change else "")


@view
async def citation_of_captures(request: PageRequest) -> Response:
    """Send the citation of two captures: their address with `.bib` or `.csl.json` at its end."""
    domain, moments = request.domain(), (request.path_value("old"), request.path_value("new"))
    found = await request.read(lambda db: read_captures(db, domain, *moments))
    return as_file(_citation(request, found), request.path_value("form"))


def _citation(request: PageRequest, found: ComparisonPage) -> Citation:
    return Citation(
        found.new.cited_name,
        found.new.domain,
        dates(found.captures, found.size if found.change else None),
        found.captures,
        found.sha256,
        lasting(_cited(request, found)),
        today(),
    )


def _cited(request: PageRequest, found: ComparisonPage) -> str:
    """Return the path of the page that stays the same when versions get other numbers."""
    return request.urls.captures(found.new.domain, *(capture.captured_at for capture in found.captures))


def _layout(request: PageRequest) -> str:
    layout = request.query_value("layout") or LAYOUTS[0]
    if layout not in LAYOUTS:
        raise BadQueryError(f"layout must be {' or '.join(LAYOUTS)}")
    return layout


def _with_body(
    request: PageRequest, layout: str, read: Callable[[Database], ComparisonPage]
) -> Callable[[Database], tuple[ComparisonPage, Markup]]:
    """Return a function that reads the data of the page, and renders its words in the same thread.

    Those of long texts take seconds, for which the thread of the server has no time.
    """

    def read_and_render(db: Database) -> tuple[ComparisonPage, Markup]:
        found = read(db)
        return found, request.part("comparison_body.html", comparison=found, layout=layout, runs_of=runs_of)

    return read_and_render


async def _render(
    request: PageRequest, found: ComparisonPage, body: Markup, layout: str, at: str
) -> Response:
    return await request.render(
        "comparison.html",
        comparison=found,
        layout=layout,
        at=at,
        body=body,
        shown=SHOWN,
        cited=_cited(request, found),
        citation=_citation(request, found),
    )


def read_comparison(db: Database, domain: str, old: int = 0, new: int = 0, at: str = "") -> ComparisonPage:
    """Return the data for the comparison of two versions. 0 means the default.

    `at` is the moment of a change's first new capture, as digits, or "". Raises UnknownRetailerError,
    NoSuchPageError.
    """
    policy_id = retailers.policy_of(db, domain)
    (newest,) = db.execute("select max(number) from versions where policy_id = ?", [policy_id]).fetchone()
    if not newest:
        raise NoSuchPageError(f"the policy of {domain} has no version yet")
    after = read_version(db, domain, new or newest)
    before = read_version(db, domain, old or max(after.text.number - 1, 1))
    _check_size(domain, before, after)
    when = moment(at)
    first_new = iso(when) if when else ""
    change = comparisons.change_between(db, policy_id, before.text.number, after.text.number, first_new)
    compared = comparisons.of_change(db, change) if change else _apart(db, policy_id, before, after)
    if compared is None:
        raise NoSuchPageError(f"the history of {domain} is being derived again: try again later")
    return _page(db, policy_id, before, after, compared, change)


def read_captures(db: Database, domain: str, old: str, new: str) -> ComparisonPage:
    """Return the data for the comparison of two captures. `old` and `new` are their moments, 14 digits.

    Raises UnknownRetailerError, NoSuchPageError, TooLargeError.
    """
    policy_id = retailers.policy_of(db, domain)
    captures = [_good_capture(db, domain, policy_id, moment_of) for moment_of in (old, new)]
    numbers = [version_at(db, policy_id, capture.captured_at) for capture in captures]
    before, after = (read_version(db, domain, number or 0) for number in numbers)
    _check_size(domain, before, after)
    numbers_of = before.text.number, after.text.number
    change = comparisons.change_between(db, policy_id, *numbers_of, captures[1].captured_at)
    compared = comparisons.of_change(db, change) if change else None
    if compared is None or digits(compared.old.captured_at) != old or digits(compared.new.captured_at) != new:
        change, compared = None, comparisons.of_captures(db, policy_id, *captures)
    return _page(db, policy_id, before, after, compared, change)


def _check_size(domain: str, before: VersionPage, after: VersionPage) -> None:
    """Raise TooLargeError for two texts whose comparison would take too long for a visitor."""
    size = sum(len(version.text.markdown) for version in (before, after))
    if size > COMPARED:
        raise TooLargeError(
            f"these two texts have {size:,} characters, too many to be compared here: "
            f"run 'policytrail diff' with the archive file and {domain}"
        )


def _good_capture(db: Database, domain: str, policy_id: int, moment_of: str) -> GoodCapture:
    when = moment(moment_of)
    found = good_captures.at(db, policy_id, iso(when)) if when else None
    if found is None:
        raise NoSuchPageError(f"the policy of {domain} has no good capture at {moment_of}")
    return found


def _page(
    db: Database,
    policy_id: int,
    before: VersionPage,
    after: VersionPage,
    compared: Comparison,
    change_id: int | None,
) -> ComparisonPage:
    captures = link(compared.old), link(compared.new)
    moments = (capture.captured_at for capture in captures)
    of_policy = spans(db, [policy_id])[policy_id]
    change = neighbours(of_policy, before.text.number, after.text.number, *moments)
    hashes = text_sha256(db, compared.old), text_sha256(db, compared.new)
    found = parts(compared.pieces())
    number = sum(one.counts for one in compared.differences)
    shown = choices(db, policy_id), found, compared.size, number, compared.is_one_capture
    meaning = findings.of_change(db, change_id) if change_id else Meaning()
    said = meaning, placed(meaning, found)
    return ComparisonPage(before, after, captures, hashes, change, *shown, *said)


def _apart(db: Database, policy_id: int, old: VersionPage, new: VersionPage) -> Comparison | None:
    """Return the comparison of the first captures of two versions that do not follow each other."""
    before, after = (
        good_captures.first_of_text(db, policy_id, version.text.text_id) for version in (old, new)
    )
    return comparisons.of_captures(db, policy_id, before, after) if before and after else None
