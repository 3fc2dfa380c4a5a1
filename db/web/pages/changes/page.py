"""The page of changes: which policies changed in a period, by how much, and what is known of each change."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.query import changes, findings
from db.query.changes import FoundChange
from db.query.findings import FindingFilter, Meaning, StoredFinding
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.form_values import offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, Pages, view
from db.web.pages.changes import form as choices
from db.web.pages.changes.form import ChangesForm

ON_A_PAGE = 50
IN_DATA = 200  # rows in one response of JSON or CSV
COLUMNS = (
    *("id", "domain", "name", "kind", "old_version", "new_version", "last_old", "first_new"),
    *("words_added", "words_removed", "similarity", "set_aside", "stated_before", "stated_date"),
    *("announced", "suspect", "title", "certain"),
)


@dataclass(frozen=True)
class ChangesPage:
    """One page of the wanted changes. `retailers` is how many retailers they are of, in total.

    `meanings` has the findings of each change on the page, by its id, and `wanted` says which of them the
    form chose; it is false without a choice.
    """

    rows: list[FoundChange]
    pages: Pages
    retailers: int
    meanings: dict[int, Meaning]
    wanted: FindingFilter

    def chosen(self, change: FoundChange) -> list[StoredFinding]:
        """Return the findings of a change for which it is in the list; [] if the form chose none."""
        return list(filter(self.wanted.takes, self.meanings[change.id].findings)) if self.wanted else []


@view
async def page(request: PageRequest) -> Response:
    """Show or send changes: `/{database}/-/changes?from=…&to=…&retailer=…`, with `.json` or `.csv` for data.

    A form with a wrong value is shown again with status 400, and says what is wrong. Data answers with that
    status too. Raises NoSuchPageError.
    """
    wanted, data = ChangesForm.of(request), request.path_value("form")
    number = request.query_number("page", 1)
    found = None
    if not wanted.errors:
        try:
            size = IN_DATA if data else ON_A_PAGE
            found = await request.read(lambda db: read_changes(db, wanted, size, number))
        except UnknownRetailerError as error:
            wanted = wanted.without_retailer(error)
    if data and found is None:
        raise BadQueryError(" ".join(wanted.errors.values()))
    if found and data == "csv":
        columns, rows = (*COLUMNS, "findings", "unquoted"), (_row(found, row) for row in found.rows)
        return as_csv(request, columns, rows, _next(request, data, wanted, found))
    if found and data == "json":
        return as_json(request, _as_data(request, wanted, found))
    offered = await request.read_once("offered retailers", offered_retailers)
    kinds = await request.read_once("kinds of findings", findings.kinds)
    return await request.render(
        "changes.html",
        status=200 if found else 400,
        form=wanted,
        found=found,
        offered=offered,
        kinds=kinds,
        choices=choices,
        in_data=IN_DATA,
        shown=findings.SHOWN,
    )


def read_changes(db: Database, wanted: ChangesForm, size: int, number: int) -> ChangesPage:
    """Return one page of the wanted changes. Raises UnknownRetailerError, NoSuchPageError."""
    total, retailers = changes.count(db, wanted.filter)
    pages = Pages(total, size, number)
    rows = changes.find(db, wanted.filter, wanted.order, limit=size, offset=pages.offset)
    meanings = findings.of_changes(db, (row.id for row in rows))
    return ChangesPage(rows, pages, retailers, meanings, wanted.filter.findings)


def _row(found: ChangesPage, change: FoundChange) -> dict[str, Any]:
    """Return a change for a row of CSV: its findings as kinds and moves (`sale removed; law added`)."""
    meaning = found.meanings[change.id]
    said = {"findings": "; ".join(meaning.labels), "unquoted": meaning.unquoted}
    return {**{name: getattr(change, name) for name in COLUMNS}, **said}


def _object(found: ChangesPage, change: FoundChange) -> dict[str, Any]:
    """Return a change for JSON, with all its findings."""
    return {**_row(found, change), "findings": list(map(asdict, found.meanings[change.id].findings))}


def _next(request: PageRequest, data: str, wanted: ChangesForm, found: ChangesPage) -> str | None:
    """Return the address of the next rows as `data` (json or csv); None if there are no more."""
    query: dict[str, str | int] = {**wanted.values, "page": found.pages.number + 1}
    return request.urls.changes(data, **query) if found.pages.number < found.pages.last else None


def _as_data(request: PageRequest, wanted: ChangesForm, found: ChangesPage) -> dict[str, Any]:
    """Return the JSON data: the form, the rows, and the address of the next rows."""
    return {
        "question": wanted.values,
        "changes": found.pages.total,
        "retailers": found.retailers,
        "rows": [_object(found, change) for change in found.rows],
        "next": _next(request, "json", wanted, found),
    }


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/changes{FORMS}$", page)]
