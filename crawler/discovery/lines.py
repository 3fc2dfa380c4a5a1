"""Addresses over time, in lines for people."""

from typing import Any


def address_line(address: dict[str, Any]) -> str:
    """One row of `db.lineage`: where, when it showed the policy, how it is known, and whose document it is."""
    good = _span(address["first_good"], address["last_good"]) or "no good capture"
    linked = _span(address["first_linked"], address["last_linked"])
    how = [address["ways"] or address["found_by"], f"linked {linked}" if linked else ""]
    whose = {"other": "another party's document"}.get(address["relation"] or "", "")
    region = "of another region" if address["kind"] == "regional" else ""
    return f"{address['url']}  {good} ({'; '.join(filter(None, [*how, whose, region]))})"


def _span(first: str | None, last: str | None) -> str:
    if not first or not last:
        return ""
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"
