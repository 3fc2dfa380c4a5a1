"""Whether a capture's page is this retailer's privacy policy: judged, not believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Clue:
    """How a page came to be looked at: the way, the words of the link, and the page where it stood (None: an index, a list)."""

    way: str
    text: str = ""
    source_url: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What a page is to a retailer: `kind` privacy, regional or candidate; `relation` own or other, None for candidates."""

    kind: str
    relation: str | None
    finding: str


def judge(
    *,
    domain: str,
    name: str | None,
    url: str,
    title: str,
    text: str,
    verdict: str,
    language: str | None,
    clues: Sequence[Clue],
    home_language: str | None = None,
    known: Sequence[str] = (),
) -> Judgement:
    """Return what a page is to the retailer of `domain`.

    `home_language` is the language of the retailer's home page if it is known, `known` the addresses of the retailer's
    pages that are judged `privacy` already: without a main page the only regional one is the main one.
    """
    if verdict != "policy":
        return Judgement("candidate", None, f"the capture is no policy but {verdict}")
    return Judgement("privacy", "own", "a policy")
