"""The page that compares two versions of a policy word by word."""

from collections.abc import Iterable
from itertools import groupby, zip_longest
from typing import NamedTuple

from sqlite_utils import Database

from db.history.readable_diff import Piece, compare, count
from db.idn import to_ascii
from db.store import retailers
from db.web.common.errors import BadQueryError, NoSuchPageError
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.version import VersionPage, read_version

LAYOUTS = ("inline", "side")

# A paragraph of the old text and the paragraph of the new text next to it, or None. In an edited paragraph
# both are the same piece.
PieceRow = tuple[Piece | None, Piece | None]


class ComparisonPart(NamedTuple):
    """Consecutive rows that are all unchanged, or that are one change.

    `number` counts the changes from 1, and is 0 for unchanged rows. `heading` is the heading of the section,
    or "" if the page has already shown it.
    """

    number: int
    heading: str
    rows: list[PieceRow]


class ComparisonPage(NamedTuple):
    """The data of the page."""

    old: VersionPage
    new: VersionPage
    numbers: list[int]
    parts: list[ComparisonPart]
    added: int
    removed: int

    @property
    def changes(self) -> int:
        """The number of places in which the texts differ."""
        return max((part.number for part in self.parts), default=0)


@view
async def comparison(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}/compare?old=…&new=…&layout=side`.

    Without `new`, the latest version is shown. Without `old`, the version before `new` is used.
    """
    domain, layout = to_ascii(request.path_value("domain")), request.query_value("layout") or LAYOUTS[0]
    if layout not in LAYOUTS:
        raise BadQueryError(f"layout must be {' or '.join(LAYOUTS)}")
    old, new = request.query_number("old", 0), request.query_number("new", 0)
    found = await request.read(lambda db: read_comparison(db, domain, old, new))
    return await request.render("comparison.html", comparison=found, layout=layout)


def read_comparison(db: Database, domain: str, old: int = 0, new: int = 0) -> ComparisonPage:
    """Return the data for the comparison of two versions. 0 means the default.

    Raises UnknownRetailerError, NoSuchPageError.
    """
    policy_id = retailers.policy_of(db, domain)
    numbers = [
        n
        for (n,) in db.execute("select number from versions where policy_id = ? order by number", [policy_id])
    ]
    if not numbers:
        raise NoSuchPageError(f"the policy of {domain} has no version yet")
    after = read_version(db, domain, new or numbers[-1])
    before = read_version(db, domain, old or max(after.text.number - 1, 1))
    pieces = compare(before.text.markdown, after.text.markdown)
    return ComparisonPage(before, after, numbers, parts(pieces), *count(pieces))


def parts(pieces: Iterable[Piece]) -> list[ComparisonPart]:
    """Divide a comparison into unchanged parts and changes. A change ends where its section ends."""
    found: list[ComparisonPart] = []
    number, last_heading = 0, ""
    for (changed, section), group in groupby(
        pieces, key=lambda piece: (piece.kind != "same", _section(piece))
    ):
        group_pieces = list(group)
        if not changed:
            found.append(ComparisonPart(0, "", _rows(group_pieces)))
            continue
        number += 1
        is_shown = section == last_heading or _is_heading(group_pieces[0])
        found.append(ComparisonPart(number, "" if is_shown else section, _rows(group_pieces)))
        last_heading = section
    return found


def _section(piece: Piece) -> str:
    """Return the heading above a changed paragraph. A heading is its own heading.

    Returns "" for an unchanged paragraph.
    """
    if piece.kind == "same":
        return ""
    words = " ".join(text for op, text in piece.runs if op != "removed" or piece.kind == "removed")
    return words if _is_heading(piece) else piece.section


def _is_heading(piece: Piece) -> bool:
    return piece.mark.startswith("#")


def _rows(pieces: Iterable[Piece]) -> list[PieceRow]:
    """Return the paragraphs in pairs of old and new.

    A pair is the two sides of an edited paragraph, or a removed paragraph with an added one. None means no
    paragraph on that side.
    """
    rows: list[PieceRow] = []
    for replaced, group in groupby(pieces, key=lambda piece: piece.kind in ("added", "removed")):
        group_pieces = list(group)
        if replaced:
            removed = [piece for piece in group_pieces if piece.kind == "removed"]
            added = [piece for piece in group_pieces if piece.kind == "added"]
            rows += zip_longest(removed, added)
        else:
            rows += [(None if piece.kind == "moved" else piece, piece) for piece in group_pieces]
    return rows
