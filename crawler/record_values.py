"""The names and values of what a program reads: `--json` prints them, and the Python interface returns them.

Moments are ISO 8601. policytrail/records.py describes each value.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from crawler.webarchive import citation
from db.history.comparison.differences import Difference
from db.history.explain import WHY
from db.promises.of_policies import bracket, wordings
from db.promises.statement import Promise, Stated
from db.query.comparisons import Comparison
from db.query.findings import Meaning, StoredFinding
from db.query.reports import PolicyText
from db.query.searching.mentions import RetailerMentions

Values = dict[str, Any]


def change(event: Mapping[str, Any]) -> Values:
    """Return the values of a row of `reports.log`. The kind of the first version is `first`.

    `places` (differences) and `sections` (dataclasses) may be added to the row.
    """
    names = {"domain": "retailer", "event": "kind", "version": "new_version"}
    values = {names.get(name, name): value for name, value in event.items()}
    added: dict[str, Callable[[Any], Values]] = {"places": place, "sections": asdict}
    values |= {name: list(map(added[name], event[name])) for name in added if name in event}
    captures = {name: event[name] and capture(event[name]) for name in ("old_capture", "new_capture")}
    found = meaning(values.pop("meaning"))
    return {**values, **captures, **found}


def meaning(found: Meaning) -> Values:
    """Return the values of what a change means: its findings, and the changed words that none quotes."""
    return {"findings": list(map(finding, found.findings)), "unquoted": found.unquoted}


def finding(found: StoredFinding) -> Values:
    """Return the values of a finding. `lasting` is true, false, or None while it is unknown."""
    values = {name: value for name, value in asdict(found).items() if name != "place"}
    return {**values, "lasting": None if found.lasting is None else bool(found.lasting)}


def promise(domain: str, found: Promise) -> Values:
    """Return the values of a promise of a retailer. `after` is what the text says instead, or None."""
    return {
        "retailer": domain,
        **_stated(found.last),
        **bracket(found),
        "after": found.after and found.after.quote,
        "wordings": wordings(found),
    }


def _stated(one: Stated) -> Values:
    values = one._asdict()
    return {name: values[name] for name in values if name != "language"}


def text(found: PolicyText) -> Values:
    """Return the values of a text. `unseen` is a sentence, or None."""
    return {
        "retailer": found.domain,
        "version": found.version,
        "title": found.title,
        "markdown": found.markdown,
        "captured_at": found.captured_at,
        "next_seen": found.next_seen,
        "changed_by_then": found.changed_by_then,
        "unseen": str(found.unseen) if found.unseen else None,
        "capture": capture(vars(found)),
    }


def diff(compared: Comparison) -> Values:
    """Return the values of a difference."""
    size = compared.size
    return {
        "words_added": size.words_added,
        "words_removed": size.words_removed,
        "similarity": size.similarity,
        "places": [place(one) for one in compared.differences],
    }


def place(difference: Difference) -> Values:
    """Return the values of a place where two texts differ."""
    return {
        "section": difference.section,
        "removed": difference.removed,
        "added": difference.added,
        "counts": difference.counts,
        "reason": difference.reason,
        "why": WHY[difference.reason],
    }


def capture(row: Mapping[str, Any]) -> Values:
    """Return the values of a capture, from archive, timestamp, original and replay_key."""
    timestamp = row["replay_key"] or row["timestamp"]
    return {
        "archive": row["archive"],
        "timestamp": timestamp,
        "original": row["original"],
        "address": citation.address(row["archive"], timestamp, row["original"]),
    }


def hit(found: RetailerMentions) -> Values:
    """Return the values of a retailer whose policy has the searched words, and when it had them."""
    return of_retailer(asdict(found))


def of_retailer(row: Mapping[str, Any]) -> Values:
    """Return the values of a row about a retailer, whose domain is `retailer`."""
    return {("retailer" if name == "domain" else name): value for name, value in row.items()}


def retailer(row: Mapping[str, Any]) -> Values:
    """Return the values of a retailer, from a row of `reports.status`."""
    addresses = [page["url"] for page in row["pages"]]
    return {**row, "addresses": addresses, "gaps": [gap(row["domain"], one) for one in row["gaps"]]}


def gap(domain: str, row: Mapping[str, Any]) -> Values:
    """Return the values of a gap of a retailer."""
    return {"retailer": domain, **row}
