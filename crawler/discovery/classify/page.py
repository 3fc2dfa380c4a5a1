"""Whether a capture's page is this retailer's privacy policy: judged, not believed.

Only a capture with the verdict `policy` can make a page the policy. What else must hold, in this order: it is a privacy policy
and no neighbour of one (documents.py); it is the retailer's, or another party's to which the retailer points as its own
(parties.py); and it is the main one, not a region's (regions.py). Everything else stays a candidate, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.discovery.classify import vocabulary
from crawler.discovery.classify.document_kind import another_document
from crawler.discovery.classify.parties import Parties, host_names, is_service, names_of, parties, squashed
from crawler.discovery.classify.regions import is_main, main_region, region_of
from extract import words
from extract.domains import registered_domain
from extract.verdict import POLICY

STATED, LED = frozenset({"given", "list"}), frozenset({"redirect", "successor"})
"""Ways that are the user's own word, and ways by which a page of the policy itself led to another."""
DOMINANT = 2
"""How many times as often another party must be named as the retailer for the document to be the other's. An own policy names
its partners, a brand's policy its parent; neither does so more often than it names its own shop."""
_PLAIN_WORDS = 8  # of a link that points to the shop's own policy; longer ones are sentences about somebody's
_FOR_SOME = re.compile(
    r"[(\[][^()\[\]]+[)\]]\s*$|\s[-–—|:]\s*[^-–—|:]+$"
)  # what a link's words add: "(Canada)", "- UK"


@dataclass(frozen=True)
class Clue:
    """How a page came to be looked at: `clues.kind`, the link's words, and the page where it stood (None: an index, a list)."""

    kind: str
    text: str = ""
    source_url: str | None = None


@dataclass(frozen=True)
class Classification:
    """What a page is to a retailer.

    `kind` is privacy, regional or candidate; `relation` is own or other, None for a candidate; `finding` says why in a line.
    """

    kind: str
    relation: str | None
    finding: str


def classify_page(  # noqa: PLR0913 - each is a fact of its own that the caller has at hand
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
    alone: bool = False,
) -> Classification:
    """Return what a page is to the retailer of `domain`, by one of its captures.

    `title`, `text` (Markdown), `verdict` and `language` are what `extract_policy` gives; the empty text names nobody.
    `home_language` is the language of the retailer's home page, None if not known. `alone` says that all of the retailer's
    pages have been judged and this regional one is the only policy among them: then it is the main one.
    """
    if verdict != POLICY:
        return Classification("candidate", None, f"the capture is no policy: {verdict}")
    if what := another_document(title, text):
        return Classification(
            "candidate", None, f"no privacy policy for customers by its title or headings: {what}"
        )
    found = parties(domain=domain, name=name, url=url, title=title, text=text)
    pointer = _pointer(clues, domain, name, url, found.other)
    relation, why = _relation(found, url, domain, pointer)
    if relation is None:
        return Classification("candidate", None, why)
    region = _region(url, domain, language, home_language, pointer)
    if region and not alone:
        return Classification("regional", relation, f"{why}; {region}")
    return Classification(
        "privacy", relation, f"{why}; {region}, and the only policy there is" if region else why
    )


def _relation(found: Parties, url: str, domain: str, pointer: Clue | None) -> tuple[str | None, str]:
    """Return whose document a policy is to the retailer, and why: own, other, or None for one that is none of its own."""
    at_home = _same_owner(url, domain)
    others = _is_others(found, url, at_home)
    said = (
        f"the retailer points there as its own ({_said(pointer)})"
        if pointer
        else "nothing of the retailer points there"
    )
    if others:
        who = f"the document of {found.other}, which it names {found.others} times, the retailer {found.own} times"
        return "other" if pointer else None, f"{who}; {said}"
    if found.own and (at_home or pointer):
        return "own", f"it names the retailer {found.own} times"
    if pointer:
        return "own" if at_home else "other", f"it names nobody; {said}"
    return (
        None,
        f"on {registered_domain(url)} it names {'the retailer' if found.own else 'nobody'}, and {said}",
    )


def _is_others(found: Parties, url: str, at_home: bool) -> bool:
    """Whether a document is another party's by the names in it."""
    if not found.other:
        return False
    if not found.own:
        return found.others > 1 or found.other_opens
    if at_home and host_names(url, found.other) and found.others > found.own:
        return True  # a sister brand's own part of the host
    introduced = found.other_titles or (found.other_opens and not found.own_opens)
    return introduced and found.others > DOMINANT * found.own


def _pointer(clues: Sequence[Clue], domain: str, name: str | None, url: str, other: str) -> Clue | None:
    """Return the clue by which the retailer points to a page as its own policy, None where none does."""
    return next((clue for clue in clues if _points(clue, domain, name, url, other)), None)


def _points(clue: Clue, domain: str, name: str | None, url: str, other: str) -> bool:
    if clue.kind in STATED:
        return True
    if clue.source_url and other and host_names(clue.source_url, other):
        return False  # the other's own home page or policy
    if clue.kind in LED:
        return not _names_another(clue.text, url, other)
    if clue.kind != "home" or not (clue.source_url is None or _same_owner(clue.source_url, domain)):
        return False
    plain = clue.text and vocabulary.names_privacy(clue.text) and words.count(clue.text) <= _PLAIN_WORDS
    return bool(names_of(domain, name).search(clue.text) or plain) and not _names_another(
        clue.text, url, other
    )


def _names_another(text: str, url: str, other: str) -> bool:
    """Whether a link's words name the party that it leads to: "PayPal privacy" is no shop's own."""
    said = squashed(text)
    owner = registered_domain(url).partition(".")[0]
    return any(len(party) > 2 and party in said for party in map(squashed, (other, owner))) or is_service(
        registered_domain(url)
    )


def _region(
    url: str, domain: str, language: str | None, home_language: str | None, pointer: Clue | None
) -> str:
    """Return for which region a page is kept apart, "" for the main one."""
    region = region_of(url, domain, language)
    if region and not is_main(region, domain, home_language) and not _home_names_it(pointer, domain):
        return f"for the region {region} (the main one is {main_region(domain, home_language)})"
    if not region and home_language and language and not pointer and not _alike(language, home_language):
        return f"in the language {language}, where the home page is in {home_language}"
    return ""


def _home_names_it(pointer: Clue | None, domain: str) -> bool:
    """Whether the retailer's main home page itself has this page as its policy, not as one "(Canada)" beside it."""
    if not pointer or pointer.kind != "home" or _FOR_SOME.search(pointer.text):
        return False
    return bool(pointer.source_url and not region_of(pointer.source_url, domain))


def _alike(one: str, other: str) -> bool:
    written = {"nb": "no", "nn": "no", "da": "no"}  # Danish and Norwegian cannot always be told apart
    return written.get(one[:2], one[:2]) == written.get(other[:2], other[:2])


def _same_owner(url: str, domain: str) -> bool:
    """Whether an address is on the retailer's registered domain, or on the same name under another top level."""
    owner, own = registered_domain(url), registered_domain(domain)
    label = own.partition(".")[0]
    return bool(owner) and (owner == own or owner.partition(".")[0] == label)


def _said(clue: Clue) -> str:
    return f"{clue.kind}: “{clue.text}”" if clue.text else clue.kind
