"""The panel: what is known of each retailer's policy in each month, quarter, half-year or year."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.query import panel
from db.query.panel import PanelRow, Period
from db.store import retailers
from db.web.common.data_formats import FORMS, as_csv, as_json
from db.web.common.errors import BadQueryError
from db.web.common.form_values import offered_retailers
from db.web.common.responses import Response
from db.web.common.views import PageRequest, Pages, view
from db.web.pages.panel.form import EVERY, PanelForm

CELLS = 1_500  # about so many are on a page, and IN_DATA rows in one response of JSON or CSV
IN_DATA = 2_000
FEWEST, MOST = 5, 50  # retailers on a page
COLUMNS = (
    *("domain", "name", "period", "start", "end", "version", "words", "captures", "changes_within"),
    *("changes_possible", "seen_before", "seen_after", "in_gap"),
)


class PanelLine(NamedTuple):
    """A retailer with its cells, by the name of the period. `words` is version number -> words."""

    domain: str
    name: str | None
    cells: dict[str, PanelRow]
    words: dict[int, int]


@dataclass(frozen=True)
class PanelPage:
    """One page of the panel: all its periods, the newest first, and some of its retailers."""

    periods: list[Period]
    lines: list[PanelLine]
    pages: Pages


@view
async def page(request: PageRequest) -> Response:
    """Show or send the panel: `/{database}/-/panel?every=…&from=…&to=…&retailer=…&attribute=…`.

    With `.json` or `.csv` it is sent as data. A form with a wrong value is shown again with status 400, and
    says what is wrong; data answers with that status too. Raises NoSuchPageError.
    """
    wanted, data = PanelForm.of(request), request.path_value("form")
    number = request.query_number("page", 1)
    found = None
    if not wanted.errors:
        try:
            found = await request.read(lambda db: read_panel(db, wanted, number, is_data=bool(data)))
        except UnknownRetailerError as error:
            wanted = wanted.without_retailer(error)
    if data and found is None:
        raise BadQueryError(" ".join(wanted.errors.values()))
    if found and data == "csv":
        return as_csv(request, COLUMNS, _rows(found.lines), _next(request, data, wanted, found))
    if found and data == "json":
        return as_json(request, _as_data(request, wanted, found))
    return await request.render(
        "panel.html",
        status=200 if found else 400,
        form=wanted,
        found=found,
        every=EVERY,
        offered=await request.read_once("offered retailers", offered_retailers),
        attributes=await request.read_once("attributes", offered_attributes),
    )


def read_panel(db: Database, wanted: PanelForm, number: int, *, is_data: bool = False) -> PanelPage:
    """Return one page of the panel. Raises UnknownRetailerError, NoSuchPageError."""
    chosen = _chosen(db, wanted)
    first, last = min((one[3] for one in chosen), default=""), max((one[4] for one in chosen), default="")
    every = panel.periods(first, last, wanted.every) if chosen else []
    shown = [period for period in reversed(every) if wanted.overlaps(period.start, period.end)]
    most, cells = (IN_DATA, IN_DATA) if is_data else (MOST, CELLS)
    size = max(FEWEST, min(most, cells // max(1, len(shown))))
    pages = Pages(len(chosen), size, number)
    on_page = chosen[pages.offset : pages.offset + size]
    ids = [policy_id for policy_id, *_ in on_page]
    rows, words = panel.of_policies(db, ids, wanted.every), _words(db, ids)
    lines = [
        PanelLine(
            domain,
            name,
            {row.period: row for row in rows[policy_id] if wanted.overlaps(row.start, row.end)},
            words[policy_id],
        )
        for policy_id, domain, name, *_ in on_page
    ]
    return PanelPage(shown, lines, pages)


def offered_attributes(db: Database) -> tuple[str, ...]:
    """Return the attributes of retailers as `name: value`, in alphabetical order, at most 500."""
    rows = db.execute(
        "select distinct name || ': ' || value from retailer_attributes order by name, value limit 500"
    )
    return tuple(text for (text,) in rows)


def _chosen(db: Database, wanted: PanelForm) -> list[tuple[int, str, str | None, str, str]]:
    """Return the wanted retailers with a version, by domain. Raises UnknownRetailerError.

    A row has the id of the policy, the domain, the name, and the first and last good capture.
    """
    ids = ",".join(str(policy_id) for policy_id, _ in retailers.policies(db, wanted.domains))
    rows = db.execute(
        f"""select p.id, p.retailer, r.name, min(v.first_seen), max(v.last_seen)
        from policies p join retailers r on r.domain = p.retailer join versions v on v.policy_id = p.id
        where p.id in ({ids or "null"}) and (:attribute = '' or exists (
            select 1 from retailer_attributes a
            where a.retailer = p.retailer and a.name || ': ' || a.value = :attribute))
        group by p.id order by p.retailer""",
        {"attribute": wanted.values["attribute"]},
    ).fetchall()
    return [row for row in rows if wanted.overlaps(row[3][:10], row[4][:10])]


def _words(db: Database, policy_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Return policy id -> number of a version -> words of its text."""
    found: dict[int, dict[int, int]] = {policy_id: {} for policy_id in policy_ids}
    for policy_id, number, words in db.execute(
        f"""select v.policy_id, v.number, t.words from versions v join texts t on t.id = v.text_id
        where v.policy_id in ({",".join(map(str, policy_ids)) or "null"})"""
    ):
        found[policy_id][number] = words
    return found


def _rows(lines: Sequence[PanelLine]) -> list[dict[str, Any]]:
    return [
        {
            "domain": line.domain,
            "name": line.name,
            **asdict(row),
            "words": line.words[row.version],
            "in_gap": int(row.in_gap),
        }
        for line in lines
        for row in line.cells.values()
    ]


def _next(request: PageRequest, data: str, wanted: PanelForm, found: PanelPage) -> str | None:
    """Return the address of the next rows as `data` (json or csv); None if there are no more."""
    query: dict[str, str | int] = {**wanted.values, "page": found.pages.number + 1}
    return request.urls.panel(data, **query) if found.pages.number < found.pages.last else None


def _as_data(request: PageRequest, wanted: PanelForm, found: PanelPage) -> dict[str, Any]:
    """Return the JSON data: the form, the rows, and the address of the next rows."""
    return {
        "question": {**wanted.values, "every": wanted.every},
        "retailers": found.pages.total,
        "rows": [{name: row[name] for name in COLUMNS} for row in _rows(found.lines)],
        "next": _next(request, "json", wanted, found),
    }


ROUTES: list[tuple[str, Callable[..., Any]]] = [(rf"/(?P<db>[^/]+)/-/panel{FORMS}$", page)]
