"""Which links and addresses may lead to a privacy policy, and in which order they are worth a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.discovery import vocabulary
from db.urlkey import urlkey
from extract.links import Link, Links


@dataclass(frozen=True)
class Strength:
    """How likely a link or a bare address leads to the policy (0: no candidate), and why, in a line."""

    points: int
    reasons: str


@dataclass(frozen=True)
class Candidate:
    """An address worth a request: one per urlkey, in the spelling of its strongest link, with that link's words."""

    url: str
    urlkey: str
    text: str
    strength: Strength


def strength(found: Link | str, *, domain: str = "") -> Strength:
    """Return the strength of a link, or of a bare address as an index lists it, for the retailer of a domain."""
    link = found if isinstance(found, Link) else Link(found, "", "")
    return Strength(10, "named") if vocabulary.names_privacy(f"{link.text} {link.url}") else Strength(0, "names no privacy")


def ranked(found: Iterable[Link | str], *, domain: str = "") -> list[Candidate]:
    """Return the candidates among links or addresses, the strongest first, one for each urlkey; the same in every process."""
    best: dict[str, Candidate] = {}
    for entry in found:
        link = entry if isinstance(entry, Link) else Link(entry, "", "")
        new = Candidate(link.url, urlkey(link.url), link.text, strength(entry, domain=domain))
        old = best.get(new.urlkey)
        if new.strength.points and (old is None or new.strength.points > old.strength.points):
            best[new.urlkey] = new
    return sorted(best.values(), key=lambda one: (-one.strength.points, one.urlkey))


def successors(links: Links, *, url: str, text: str = "", domain: str = "") -> list[Candidate]:
    """Return the addresses that a policy page (`url`, its extracted `text`) names as its successor, the strongest first."""
    return [one for one in ranked(links.links, domain=domain) if one.urlkey != urlkey(url)]
