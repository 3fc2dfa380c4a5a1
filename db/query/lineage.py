"""Lineage: the addresses of a retailer's policy over time, each with the period in which it was the policy's address.

The period is what captures bear witness to: those judged `policy` at the address, and those of other pages that link or lead
there. Of other times nothing is known.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database


def of_retailer(db: Database, domain: str, kinds: Sequence[str] = ("privacy",)) -> list[dict[str, Any]]:
    """The rows of the view `lineage` of a retailer's addresses of these kinds, in the order in which they were seen first.

    Addresses that nothing bears witness to come last. An address to which only a redirect led, and which shows no policy, is
    left out.
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
    """A row of the view in a line for people: where, when it showed the policy, how it is known, and whose document it is."""
    good = _span(address["first_good"], address["last_good"]) or "no good capture"
    return f"{address['url']}  {good} ({known(address)})"


def known(address: dict[str, Any]) -> str:
    """How the address of a row of the view is known, and whose document it is, in words."""
    linked = _span(address["first_linked"], address["last_linked"])
    how = [address["ways"] or address["found_by"], f"linked {linked}" if linked else ""]
    whose = {"other": "another party's document"}.get(address["relation"] or "", "")
    region = "of another region" if address["kind"] == "regional" else ""
    return "; ".join(filter(None, [*how, whose, region]))


def _span(first: str | None, last: str | None) -> str:
    if not first or not last:
        return ""
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"


def covered(db: Database, policy_id: int) -> list[tuple[str, str]]:
    """The span of time (ISO 8601, both ends included) in which each page showed the policy, as far as captures say."""
    rows = db.execute(
        """select min(c.captured_at), max(c.captured_at) from captures c join pages g on g.id = c.page_id
        where g.policy_id = ? and c.verdict = 'policy' and c.captured_at is not null group by g.id order by 1, 2""",
        [policy_id],
    )
    return [(str(first), str(last)) for first, last in rows]


def goods(db: Database, page_id: int) -> list[tuple[int, str]]:
    """The captures of a page that show the policy: (id, moment), by time."""
    rows = db.execute(
        """select id, captured_at from captures where page_id = ? and verdict = 'policy' and captured_at is not null
        order by captured_at, id""",
        [page_id],
    )
    return [(int(id_), str(at)) for id_, at in rows]
