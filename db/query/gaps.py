"""What an archive does not have, and why: the views `gaps` and `capture_health`, and what reports read of them.

An absence is told for what is known of it: no good capture between two moments, an address that the archive may not show, a
capture that failed. None of them says that the policy was not there, or when it went.

A view's text is that of the migration that makes it (db/schema/migrations.py): once released, another one comes beside it.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from db.schema.views import NEVER_GOOD, NO_CAPTURE, NOWHERE, PRIVACY_GAPS, SPAN

# What the view does not tell apart; its text is that of a released migration.
_REASON = f"""iif(kind = '{NO_CAPTURE}' and reason = '{NOWHERE}' and exists (
        select 1 from searches s where s.retailer = gaps.retailer and s.state in ('part', 'failed')),
    'the search for its addresses is not complete', reason) as reason"""
_UNLISTED = """(select count(*) from main.pages g join main.policies p on p.id = g.policy_id
    where p.retailer = gaps.retailer and p.kind = 'privacy' and g.listing is null and not g.waypoint) as unlisted"""


def gaps(db: Database, months: int) -> dict[str, list[dict[str, Any]]]:
    """Where each retailer has no good capture for so many months (6 at least, for the view has no shorter ones), by time.

    Dicts of kind (no good capture; never a good capture; no capture: both whatever their length), last_good, next_good, days,
    months, captures, reason, since, until, unlisted (how many of the policy's pages nobody has listed yet: there may be
    captures that the archive file does not know). A retailer without any is left out.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""select retailer, kind, last_good, next_good, days, months, captures, {_REASON}, since, until, {_UNLISTED} from gaps
        where (kind = ? and months >= ?) or kind in (?, ?) order by retailer, since""",
        [SPAN, months, NEVER_GOOD, NO_CAPTURE],
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return found


def gaps_of(db: Database, policy_ids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the view `gaps` of some policies, by retailer and time; one without any is left out.

    The view itself goes through all captures, whatever one asks of it. So its text runs here over those of the policies alone,
    and these are looked up each time: of a list that is made first, SQLite cannot tell how short it is.
    """
    ids = ",".join(map(str, policy_ids)) or "null"
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(
        f"""with policies as not materialized (select * from main.policies where id in ({ids})),
        pages as not materialized (select * from main.pages where policy_id in ({ids})),
        found as ({PRIVACY_GAPS.partition("create view gaps as")[2]})
        select retailer, last_good, next_good, days, months, kind, captures, {_REASON}, url, since, until, {_UNLISTED}
        from found as gaps"""
    ):
        found.setdefault(row.pop("retailer"), []).append(row)
    return {retailer: sorted(rows, key=lambda row: row["since"] or "") for retailer, rows in found.items()}


def long(gaps: Sequence[dict[str, Any]], months: int = 12) -> list[dict[str, Any]]:
    """Leave out the spans without a good capture that are shorter than so many months; all other kinds stay."""
    return [gap for gap in gaps if gap["kind"] != SPAN or gap["months"] >= months]


def missing(db: Database, policy_id: int) -> list[dict[str, Any]]:
    """Which captures of a policy bear no witness because they could not be had or judged, or were not asked for yet.

    Dicts of state (listed, failed, excluded; fetched: without a verdict), reason, captures; the most frequent first.
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
    """How many texts of each policy (by its id) are not of this extractor, or wait for a rebuild to go on; none: left out."""
    rows = db.execute(
        """select g.policy_id, count(distinct t.id) from texts t cross join captures c on c.text_id = t.id
        cross join pages g on g.id = c.page_id where t.extractor != ? group by g.policy_id""",
        [extractor],
    )
    return dict(rows.fetchall())
