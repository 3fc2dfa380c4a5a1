"""What is missing in an archive file, and why: reports from the view `gaps` (db/schema/portable_views.py).

A gap is a period without a good capture (verdict `policy`), an address that the web archive excludes, or a
capture that failed. A gap never means that there was no policy at that time.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from db.schema.portable_views import GAPS
from db.schema.views import NEVER_GOOD, NO_CAPTURE, NOWHERE, SPAN

# The view belongs to a released migration and cannot change. Therefore this reason is added here.
_REASON = f"""iif(kind = '{NO_CAPTURE}' and reason = '{NOWHERE}' and exists (
        select 1 from searches s where s.retailer = gaps.retailer and s.state in ('part', 'failed')),
    'the search for its addresses is not complete', reason) as reason"""
GAP_MONTHS = 6  # a shorter time between two good captures is no gap
_UNLISTED = """(select count(*) from main.pages g join main.policies p on p.id = g.policy_id
    where p.retailer = gaps.retailer and p.kind = 'privacy' and g.listing is null and not g.waypoint)
    as unlisted"""


def gaps(db: Database, months: int) -> dict[str, list[dict[str, Any]]]:
    """Return retailer -> its gaps without a good capture, in order of time.

    A gap between two good captures is returned if it has at least `months` months; the view contains none
    below 6 months. Retailers and addresses that never had a good capture, or no capture at all, are always
    returned. A row has kind (no good capture; never a good capture; no capture), last_good, next_good, days,
    months, captures, reason, since, until, and unlisted (number of pages whose index was never read, so the
    web archive may have captures of them). Retailers without gaps are left out.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""select retailer, kind, last_good, next_good, days, months, captures, {_REASON}, since, until,
               {_UNLISTED}
        from gaps where (kind = ? and months >= ?) or kind in (?, ?) order by retailer, since""",
        [SPAN, months, NEVER_GOOD, NO_CAPTURE],
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return found


def gaps_of(db: Database, policy_ids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return retailer -> the rows of the view `gaps`, for some policies only.

    The view itself reads all captures for every query. Therefore SQL with the same rows is run here for the
    pages of these policies only: that of portable_views, which is the quicker one for a few policies. `not
    materialized` lets SQLite use its indexes. Retailers without gaps are left out.
    """
    ids = ",".join(map(str, policy_ids)) or "null"
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""with policies as not materialized (select * from main.policies where id in ({ids})),
        pages as not materialized (select * from main.pages where policy_id in ({ids})),
        found as ({GAPS.partition("create view gaps as")[2]})
        select retailer, last_good, next_good, days, months, kind, captures, {_REASON}, url, since, until,
               {_UNLISTED}
        from found as gaps"""
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return {retailer: sorted(rows, key=lambda row: row["since"] or "") for retailer, rows in found.items()}


def is_gap(since: str, until: str) -> bool:
    """Return whether the time between two good captures (ISO 8601) is a gap: six whole months or more.

    It is the rule of the view `gaps`.
    """
    (year, month), (last_year, last_month) = ((int(at[:4]), int(at[5:7])) for at in (since, until))
    months = 12 * (last_year - year) + last_month - month - (until[8:] < since[8:])
    return months >= GAP_MONTHS


def long(gaps: Sequence[dict[str, Any]], months: int = 12) -> list[dict[str, Any]]:
    """Return the gaps, without gaps between good captures that are shorter than `months`."""
    return [gap for gap in gaps if gap["kind"] != SPAN or gap["months"] >= months]


def missing(db: Database, policy_id: int) -> list[dict[str, Any]]:
    """Return how many captures were not fetched or not judged, by reason.

    A row has state (listed, failed, excluded, or fetched without a verdict), reason, and captures (a number).
    The most frequent reason is first. Returns [] if nothing is missing.
    """
    return list(
        db.query(
            """select c.state, c.reason, count(*) as captures from captures c join pages g on g.id = c.page_id
            where g.policy_id = ?
            and (c.state in ('failed', 'excluded', 'listed') or (c.state = 'fetched' and c.verdict is null))
            group by c.state, c.reason order by 3 desc, 2, 1""",
            [policy_id],
        )
    )


def old_texts(db: Database, extractor: str) -> dict[int, int]:
    """Return policy id -> number of its texts that another extractor made.

    `extractor` is the present one. Policies without such texts are left out.
    """
    rows = db.execute(
        """select g.policy_id, count(distinct t.id) from texts t cross join captures c on c.text_id = t.id
        cross join pages g on g.id = c.page_id where t.extractor != ? group by g.policy_id""",
        [extractor],
    )
    return dict(rows.fetchall())


def over_limit(db: Database, policy_id: int) -> dict[str, int]:
    """Return how many captures of a policy could not be read within a limit of time or memory, by reason."""
    rows = db.execute(
        """select c.reason, count(*) from captures c join pages g on g.id = c.page_id
        where g.policy_id = ? and c.verdict = 'unreadable' and c.reason like 'extraction took %'
        group by c.reason order by 2 desc, 1""",
        [policy_id],
    )
    return dict(rows.fetchall())
