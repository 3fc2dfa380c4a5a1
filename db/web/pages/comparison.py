"""A comparison's page: what differs between two versions of a policy, word by word, inline or side by side."""

from collections.abc import Iterable
from itertools import groupby, zip_longest
from typing import NamedTuple

from sqlite_utils import Database

from db.history.readable_diff import Piece, compare, count
from db.store import retailers
from db.web.common.errors import BadQueryError
from db.web.common.responses import Response
from db.web.common.views import NoSuchPageError, PageRequest, view
from db.web.pages.version import VersionPage, read_version

LAYOUTS = ("inline", "side")

PieceRow = tuple[
    Piece | None, Piece | None
]  # what the old text has and what the new; the same piece where it was edited


class ComparisonPart(NamedTuple):
    """What follows each other, in rows: unchanged pieces (`number` is 0), or one change, counted from 1.

    `heading` is that of the section, where the reader is not told of it yet; "" otherwise.
    """

    number: int
    heading: str
    rows: list[PieceRow]


class ComparisonPage(NamedTuple):
    """What the page shows."""

    old: VersionPage
    new: VersionPage
    numbers: list[int]
    parts: list[ComparisonPart]
    added: int
    removed: int

    @property
    def changes(self) -> int:
        """How many places differ."""
        return max((part.number for part in self.parts), default=0)


@view
async def comparison(request: PageRequest) -> Response:
    """`/{database}/-/policies/{domain}/compare?old=…&new=…&layout=side`.

    Without `new` it is the latest version, and without `old` the one numbered before it.
    """
    domain, layout = request.path_value("domain"), request.query_value("layout") or LAYOUTS[0]
    if layout not in LAYOUTS:
        raise BadQueryError(f"layout must be {' or '.join(LAYOUTS)}")
    old, new = request.query_number("old", 0), request.query_number("new", 0)
    found = await request.read(lambda db: read_comparison(db, domain, old, new))
    return await request.render("comparison.html", comparison=found, layout=layout)


def read_comparison(db: Database, domain: str, old: int = 0, new: int = 0) -> ComparisonPage:
    """Compare two versions, 0 for those that are shown unasked. Raises UnknownRetailerError and NoSuchPageError."""
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
    """Cut a comparison into unchanged parts and changes; a change ends with its section."""
    found: list[ComparisonPart] = []
    number, told = 0, ""
    for (changed, section), group in groupby(
        pieces, key=lambda piece: (piece.kind != "same", _section(piece))
    ):
        held = list(group)
        if not changed:
            found.append(ComparisonPart(0, "", _rows(held)))
            continue
        number += 1
        says_it = _is_heading(held[0])
        found.append(ComparisonPart(number, "" if says_it or section == told else section, _rows(held)))
        told = section
    return found


def _section(piece: Piece) -> str:
    """The heading below which a piece that differs stands; a heading stands below itself. Unchanged pieces need none."""
    if piece.kind == "same":
        return ""
    words = " ".join(text for op, text in piece.runs if op != "removed" or piece.kind == "removed")
    return words if _is_heading(piece) else piece.section


def _is_heading(piece: Piece) -> bool:
    return piece.mark.startswith("#")


def _rows(pieces: Iterable[Piece]) -> list[PieceRow]:
    """What stands beside each other: both sides of an edited piece, and what was removed beside what came in its place."""
    rows: list[PieceRow] = []
    for replaced, group in groupby(pieces, key=lambda piece: piece.kind in ("added", "removed")):
        held = list(group)
        if replaced:
            removed, added = (
                [piece for piece in held if piece.kind == kind] for kind in ("removed", "added")
            )
            rows += zip_longest(removed, added)
        else:
            rows += [(None if piece.kind == "moved" else piece, piece) for piece in held]
    return rows
