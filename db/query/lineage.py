"""Lineage: the addresses of a retailer's policy over time, each with its period.

The evidence for a period are good captures of the address, and captures of other pages that link or redirect
to the address.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database


def of_retailer(db: Database, domain: str, kinds: Sequence[str] = ("privacy",)) -> list[dict[str, Any]]:
    """Return the addresses of a retailer's policies, as rows of the view `lineage`.

    Only policies of the given kinds are read. Rows are in order of the first evidence, and rows without
    evidence are last. Redirect-only pages without a good capture are left out. Returns [] if there are no
    addresses.
    """
    marks = ", ".join("?" * len(kinds))
    return list(
        db.query(
            f"""select l.* from lineage l join policies p on p.retailer = l.retailer and p.kind = l.kind
            join pages g on g.policy_id = p.id and g.url = l.url
            where l.retailer = ? and l.kind in ({marks}) and not (g.waypoint and l.first_good is null)
            order by coalesce(l.first_good, l.first_linked, '~'), l.url""",
            [domain, *kinds],
        )
    )


def line(address: dict[str, Any]) -> str:
    """Return a row of the view `lineage` as one line of text for people."""
    good = _span(address["first_good"], address["last_good"]) or "no good capture"
    return f"{address['url']}  {good} ({known(address)})"


def known(address: dict[str, Any]) -> str:
    """Return in words how an address was found, and whose document is there."""
    linked = _span(address["first_linked"], address["last_linked"])
    how = [address["ways"] or address["found_by"], f"linked {linked}" if linked else ""]
    party = "another party's document" if address["relation"] == "other" else ""
    region = "of another region" if address["kind"] == "regional" else ""
    return "; ".join(filter(None, [*how, party, region]))


def _span(first: str | None, last: str | None) -> str:
    if not first or not last:
        return ""
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"


def covered(db: Database, policy_id: int) -> list[tuple[str, str]]:
    """Return for each page the times (ISO 8601) of its first and last good capture.

    Pages without a good capture are left out.
    """
    rows = db.execute(
        """select min(c.captured_at), max(c.captured_at) from captures c join pages g on g.id = c.page_id
        where g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null
        group by g.id order by 1, 2""",
        [policy_id],
    )
    return [(str(first), str(last)) for first, last in rows]


def goods(db: Database, page_id: int) -> list[tuple[int, str]]:
    """Return the good captures of a page by time, as (id, time in ISO 8601)."""
    rows = db.execute(
        """select id, captured_at from captures
        where page_id = ? and verdict = 'policy' and captured_at is not null order by captured_at, id""",
        [page_id],
    )
    return [(int(id_), str(at)) for id_, at in rows]
