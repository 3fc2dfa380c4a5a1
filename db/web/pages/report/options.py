"""What a visitor can choose about a table of the report: periods, groups, definitions, published figures."""

from sqlite_utils import Database

from db.report.options import DAY, EVERY, HISTORY, LANGUAGE, ReportOptions
from db.store import attributes
from db.web.common.errors import BadQueryError
from db.web.common.views import PageRequest

PERIODS = tuple(every for every in EVERY if every != DAY)
MOST_GROUPS = 50  # values of an attribute: each is a table of its own
_YES = "1"


def chosen(request: PageRequest) -> ReportOptions:
    """Return the options of a request: `by`, `group`, `published=1` and `compare=1`. Raises BadQueryError."""
    every = request.query_value("by") or PERIODS[0]
    if every not in PERIODS:
        raise BadQueryError(f"by must be one of {', '.join(PERIODS)}")
    published, compare = (_is_chosen(request, name) for name in ("published", "compare"))
    return ReportOptions(every, published, request.query_value("group"), compare)


def _is_chosen(request: PageRequest, name: str) -> bool:
    value = request.query_value(name)
    if value not in ("", _YES):
        raise BadQueryError(f"{name} must be {_YES}, or be left out")
    return value == _YES


def query_of(options: ReportOptions) -> dict[str, str]:
    """Return the query string of these options, as names and values."""
    written = {
        "by": options.every,
        "group": options.group,
        "published": _YES if options.as_published else "",
        "compare": _YES if options.compare else "",
    }
    return {name: value for name, value in written.items() if value}


def offered_groups(db: Database) -> tuple[str, ...]:
    """Return the names of groups that a page can show, at most MOST_GROUPS."""
    rows = db.execute(
        """select name from retailer_attributes group by name having count(distinct value) <= ?
        order by name limit ?""",
        [MOST_GROUPS, MOST_GROUPS],
    ).fetchall()
    return (LANGUAGE, HISTORY, *(name for (name,) in rows))


def check_group(db: Database, group: str) -> None:
    """Raise BadQueryError for a group of more than MOST_GROUPS values, and for an unknown one."""
    if group in ("", LANGUAGE, HISTORY):
        return
    (values,) = db.execute(
        "select count(distinct value) from retailer_attributes where name = ?", [group]
    ).fetchone()
    if not values:
        known = ", ".join((LANGUAGE, HISTORY, *attributes.names(db)))
        raise BadQueryError(f"group must be one of {known[:500]}")
    if values > MOST_GROUPS:
        raise BadQueryError(
            f"this page shows at most {MOST_GROUPS} groups, and that one has {values} values: "
            "'policytrail report --group' has no limit"
        )
