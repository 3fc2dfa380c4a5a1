"""The page that compares two captures of a policy word by word.

For two versions that follow each other, they are the two captures between which the change happened. So the
page counts the words that the lists count.
"""

from collections.abc import Iterable
from itertools import groupby, zip_longest
from typing import NamedTuple

from sqlite_utils import Database

from db.history import good_captures
from db.history.comparison.differences import Size
from db.history.comparison.words import gap
from db.history.explain import WHY
from db.history.good_captures import GoodCapture
from db.history.readable_diff import Piece
from db.history.versions import version_at
from db.query import comparisons
from db.query.comparisons import Comparison
from db.query.spans import spans
from db.store import retailers
from db.times import digits, iso, moment
from db.web.common.errors import BadQueryError, NoSuchPageError, TooLargeError
from db.web.common.responses import Response
from db.web.common.urls import absolute
from db.web.common.views import PageRequest, view
from db.web.pages.capture_links import CaptureLink, link
from db.web.pages.comparison_links import ChangeNeighbours, VersionChoice, choices, citation, neighbours
from db.web.pages.version import VersionPage, read_version

# Texts with more characters together are not compared here. Three times the longest real policies; the work
# takes about 3 seconds and 150 MB then.
COMPARED = 1_000_000
LAYOUTS = ("inline", "side")

# A paragraph of the old text and the paragraph of the new text next to it, or None. In an edited paragraph
# both are the same piece.
PieceRow = tuple[Piece | None, Piece | None]


class ShownRun(NamedTuple):
    """Words of a paragraph with the same operation, and the space before them.

    `reason` and `why` explain why words do not count, or are "".
    """

    space: str
    op: str
    text: str
    reason: str
    why: str


class ComparisonPart(NamedTuple):
    """Consecutive rows that are all unchanged (`same`), do not count (`aside`), or are one change.

    `number` counts the changes from 1, and is 0 for other rows. `heading` is the heading of the section, or
    "" if the page has already shown it.
    """

    kind: str
    number: int
    heading: str
    rows: list[PieceRow]


class ComparisonPage(NamedTuple):
    """The data of the page.

    `captures` are the links to the old and the new capture. `change` is the change that happened between
    these two captures, or None. `choices` are all versions. If `is_one_capture`, nothing can differ.
    """

    old: VersionPage
    new: VersionPage
    captures: tuple[CaptureLink, CaptureLink]
    change: ChangeNeighbours | None
    choices: list[VersionChoice]
    parts: list[ComparisonPart]
    size: Size
    is_one_capture: bool

    @property
    def changes(self) -> int:
        """The number of places in which the texts differ."""
        return max((part.number for part in self.parts), default=0)

    @property
    def citation(self) -> str:
        """The citation without the address of the page: retailer, bracket, and the two captures."""
        return citation(self.new.cited_name, self.captures, self.change)


@view
async def comparison(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/compare?old=…&new=…&at=…&layout=side`.

    Without `new`, the latest version is shown. Without `old`, the version before `new` is used. If the two
    versions follow each other several times, `at` chooses one change; otherwise the first one is shown.
    """
    domain, layout = request.domain(), _layout(request)
    old, new = request.query_number("old", 0), request.query_number("new", 0)
    at = request.query_value("at")
    found = await request.read(lambda db: read_comparison(db, domain, old, new, at))
    return await _render(request, found, layout, at)


@view
async def of_captures(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/compare/{old}/{new}`: two captures, by their moments.

    This address is for citations: it shows the same two captures when versions get other numbers.
    """
    domain, layout = request.domain(), _layout(request)
    moments = request.path_value("old"), request.path_value("new")
    found = await request.read(lambda db: read_captures(db, domain, *moments))
    return await _render(request, found, layout, moments[1] if found.change else "")


def _layout(request: PageRequest) -> str:
    layout = request.query_value("layout") or LAYOUTS[0]
    if layout not in LAYOUTS:
        raise BadQueryError(f"layout must be {' or '.join(LAYOUTS)}")
    return layout


async def _render(request: PageRequest, found: ComparisonPage, layout: str, at: str) -> Response:
    cited = request.urls.captures(found.new.domain, *(capture.captured_at for capture in found.captures))
    return await request.render(
        "comparison.html",
        comparison=found,
        layout=layout,
        at=at,
        runs_of=runs_of,
        cited=cited,
        stable=absolute(request.http, cited),
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
    size = sum(len(version.text.markdown) for version in (before, after))
    if size > COMPARED:
        raise TooLargeError(
            f"these two texts have {size:,} characters, too many to be compared here: "
            f"run 'policytrail diff' with the archive file and {domain}"
        )
    when = moment(at)
    first_new = iso(when) if when else ""
    change = comparisons.change_between(db, policy_id, before.text.number, after.text.number, first_new)
    compared = comparisons.of_change(db, change) if change else _apart(db, policy_id, before, after)
    if compared is None:
        raise NoSuchPageError(f"the history of {domain} is being derived again: try again later")
    return _page(db, policy_id, before, after, compared)


def read_captures(db: Database, domain: str, old: str, new: str) -> ComparisonPage:
    """Return the data for the comparison of two captures. `old` and `new` are their moments, 14 digits.

    Raises UnknownRetailerError, NoSuchPageError.
    """
    policy_id = retailers.policy_of(db, domain)
    captures = [_good_capture(db, domain, policy_id, moment_of) for moment_of in (old, new)]
    numbers = [version_at(db, policy_id, capture.captured_at) for capture in captures]
    before, after = (read_version(db, domain, number or 0) for number in numbers)
    numbers_of = before.text.number, after.text.number
    change = comparisons.change_between(db, policy_id, *numbers_of, captures[1].captured_at)
    compared = comparisons.of_change(db, change) if change else None
    if compared is None or digits(compared.old.captured_at) != old or digits(compared.new.captured_at) != new:
        compared = comparisons.of_captures(db, policy_id, *captures)
    return _page(db, policy_id, before, after, compared)


def _good_capture(db: Database, domain: str, policy_id: int, moment_of: str) -> GoodCapture:
    when = moment(moment_of)
    found = good_captures.at(db, policy_id, iso(when)) if when else None
    if found is None:
        raise NoSuchPageError(f"the policy of {domain} has no good capture at {moment_of}")
    return found


def _page(
    db: Database, policy_id: int, before: VersionPage, after: VersionPage, compared: Comparison
) -> ComparisonPage:
    captures = link(compared.old), link(compared.new)
    moments = (capture.captured_at for capture in captures)
    of_policy = spans(db, [policy_id])[policy_id]
    change = neighbours(of_policy, before.text.number, after.text.number, *moments)
    versions = choices(db, policy_id)
    shown, is_one_capture = parts(compared.pieces()), compared.is_one_capture
    return ComparisonPage(before, after, captures, change, versions, shown, compared.size, is_one_capture)


def _apart(db: Database, policy_id: int, old: VersionPage, new: VersionPage) -> Comparison | None:
    """Return the comparison of the first captures of two versions that do not follow each other."""
    before, after = (
        good_captures.first_of_text(db, policy_id, version.text.text_id) for version in (old, new)
    )
    return comparisons.of_captures(db, policy_id, before, after) if before and after else None


def runs_of(piece: Piece, side: str = "") -> list[ShownRun]:
    """Return the runs of a paragraph that belong to a side (`old`, `new`, or both for "")."""
    texts = (side == "old" and piece.old_texts) or [text for _, text in piece.runs]
    hidden = {"old": ("added", "aside-added"), "new": ("removed", "aside-removed")}.get(side, ())
    shown: list[ShownRun] = []
    for (op, _), text, reason in zip(piece.runs, texts, piece.reasons, strict=True):
        if op not in hidden:
            space = gap(shown[-1].text, text) if shown else ""
            aside = op.startswith("aside")
            shown.append(ShownRun(space, op, text, reason if aside else "", WHY[reason] if aside else ""))
    return shown


def parts(pieces: Iterable[Piece]) -> list[ComparisonPart]:
    """Divide a comparison into unchanged parts and changes. A change ends where its section ends."""
    found: list[ComparisonPart] = []
    number, last_heading = 0, ""
    for (kind, section), group in groupby(pieces, key=lambda piece: (_part_kind(piece), _section(piece))):
        group_pieces = list(group)
        if kind != "change":
            found.append(ComparisonPart(kind, 0, "", _rows(group_pieces)))
            continue
        number += 1
        is_shown = section == last_heading or _is_heading(group_pieces[0])
        found.append(ComparisonPart(kind, number, "" if is_shown else section, _rows(group_pieces)))
        last_heading = section
    return found


def _part_kind(piece: Piece) -> str:
    return piece.kind if piece.kind in ("same", "aside") else "change"


def _section(piece: Piece) -> str:
    """Return the heading above a changed paragraph. A heading is its own heading.

    Returns "" for a paragraph in which nothing counts.
    """
    if piece.kind in ("same", "aside"):
        return ""
    words = " ".join(text for op, text in piece.runs if "removed" not in op or piece.kind == "removed")
    return words if _is_heading(piece) else piece.section


def _is_heading(piece: Piece) -> bool:
    return piece.mark.startswith("#")


def _rows(pieces: Iterable[Piece]) -> list[PieceRow]:
    """Return the paragraphs in pairs of old and new.

    A pair is the two sides of an edited paragraph, or a removed paragraph with an added one. None means no
    paragraph on that side.
    """
    rows: list[PieceRow] = []
    for replaced, group in groupby(pieces, key=lambda piece: _only_side(piece) != ""):
        group_pieces = list(group)
        if replaced:
            removed = [piece for piece in group_pieces if _only_side(piece) == "old"]
            added = [piece for piece in group_pieces if _only_side(piece) == "new"]
            rows += zip_longest(removed, added)
        else:
            rows += [(piece, piece) for piece in group_pieces]
    return rows


def _only_side(piece: Piece) -> str:
    """Return the side (`old`, `new`) that has a paragraph, or "" if both have it."""
    ops = {op for op, _ in piece.runs}
    if piece.kind == "removed" or ops == {"aside-removed"}:
        return "old"
    return "new" if piece.kind == "added" or ops == {"aside-added"} else ""
