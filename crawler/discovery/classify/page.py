"""The rule that decides by one capture whether a page is the retailer's privacy policy.

All of this must be true. Otherwise the page stays a candidate, with the reason:

1. The capture has the verdict `policy`. 2. The document is a privacy policy for customers (`document_kind`).
3. The document is the retailer's own, or another party's to which the retailer points as its policy
(`parties`). 4. The document is for the main country and language of the retailer (`regions`). Policies for
other regions are stored separately.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.discovery.classify import vocabulary
from crawler.discovery.classify.document_kind import another_document
from crawler.discovery.classify.parties import (
    Parties,
    find_parties,
    host_names,
    is_service,
    names_of,
    squashed,
)
from crawler.discovery.classify.regions import is_main, main_region, region_of
from extract import words
from extract.domains import registered_domain
from extract.verdict import POLICY

STATED = frozenset({"given", "list"})  # kinds of evidence: the user or the built-in list named the address
LED = frozenset({"redirect", "successor"})  # kinds of evidence: a page of the policy led to the address
# A document is another party's if it names the other party more than twice as often as the retailer. A
# retailer's own policy also names partners and its parent company, but less often than the retailer.
DOMINANT = 2
# The maximum number of words in a link to the retailer's own policy. Longer links are sentences about any
# policy.
_PLAIN_WORDS = 8
_FOR_SOME = re.compile(r"[(\[][^()\[\]]+[)\]]\s*$|\s[-–—|:][^-–—|:]+$")  # "(Canada)", "- UK" after a name


@dataclass(frozen=True)
class Clue:
    """One piece of evidence for a page.

    `kind` is one of `clues.EVIDENCE_KINDS`. `text` has the words of the link. `source_url` is the page with
    the link, or None if the evidence is an index or a list.
    """

    kind: str
    text: str = ""
    source_url: str | None = None


@dataclass(frozen=True)
class Classification:
    """The result of classifying a page.

    `kind` is "privacy", "regional" (a policy for another region) or "candidate" (no policy). `relation` is
    "own" or "other" (another party's document), or None for a candidate. `finding` says why, in one line.
    """

    kind: str
    relation: str | None
    finding: str


def classify_page(  # noqa: PLR0913 - all are facts that the caller has
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
    """Classify a page for the retailer of `domain`, by one capture.

    `title`, `text` (Markdown), `verdict` and `language` are those that `extract_policy` returned for the
    capture. `home_language` is the language of the retailer's home page, or None if unknown. `alone` says
    that the retailer has no other policy; a regional policy is then the main policy.
    """
    if verdict != POLICY:
        return Classification("candidate", None, f"the capture is no policy: {verdict}")
    if document := another_document(title, text):
        finding = f"no privacy policy for customers by its title or headings: {document}"
        return Classification("candidate", None, finding)
    found = find_parties(domain=domain, name=name, url=url, title=title, text=text)
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
    """Return the relation of a policy to the retailer, and the reason.

    The relation is "own", "other" (another party's document), or None if the document is not the retailer's
    policy.
    """
    at_home = _same_owner(url, domain)
    said = (
        f"the retailer points there as its own ({_format_clue(pointer)})"
        if pointer
        else "nothing of the retailer points there"
    )
    if _is_of_other_party(found, url, at_home):
        names = f"which it names {found.others} times, the retailer {found.own} times"
        return "other" if pointer else None, f"the document of {found.other}, {names}; {said}"
    if found.own and (at_home or pointer):
        return "own", f"it names the retailer {found.own} times"
    if pointer:
        return "own" if at_home else "other", f"it names nobody; {said}"
    named = "the retailer" if found.own else "nobody"
    return None, f"on {registered_domain(url)} it names {named}, and {said}"


def _is_of_other_party(found: Parties, url: str, at_home: bool) -> bool:
    """Return whether a document belongs to another party, by the names in the document."""
    if not found.other:
        return False
    if not found.own:
        return found.others > 1 or found.other_opens
    if at_home and host_names(url, found.other) and found.others > found.own:
        return True  # a sister brand with its own part of the host
    introduced = found.other_titles or (found.other_opens and not found.own_opens)
    return introduced and found.others > DOMINANT * found.own


def _pointer(clues: Sequence[Clue], domain: str, name: str | None, url: str, other: str) -> Clue | None:
    """Return the first evidence that the retailer calls a page its policy, or None."""
    return next((clue for clue in clues if _points(clue, domain, name, url, other)), None)


def _points(clue: Clue, domain: str, name: str | None, url: str, other: str) -> bool:
    if clue.kind in STATED:
        return True
    if clue.source_url and other and host_names(clue.source_url, other):
        return False  # on the other party's own home page or policy
    if clue.kind in LED:
        return not _names_another(clue.text, url, other)
    if clue.kind != "home" or not (clue.source_url is None or _same_owner(clue.source_url, domain)):
        return False
    is_plain = clue.text and vocabulary.names_privacy(clue.text) and words.count(clue.text) <= _PLAIN_WORDS
    is_own = bool(is_plain or names_of(domain, name).search(clue.text))
    return is_own and not _names_another(clue.text, url, other)


def _names_another(text: str, url: str, other: str) -> bool:
    """Return whether the words of a link name another party: "PayPal privacy"."""
    letters, owner = squashed(text), registered_domain(url)
    parties_there = map(squashed, (other, owner.partition(".")[0]))
    return is_service(owner) or any(len(party) > 2 and party in letters for party in parties_there)


def _region(
    url: str, domain: str, language: str | None, home_language: str | None, pointer: Clue | None
) -> str:
    """Return why a policy is a regional one; an empty string for the main policy."""
    region = region_of(url, domain, language)
    if region and not is_main(region, domain, home_language) and not _home_names_it(pointer, domain):
        return f"for the region {region} (the main one is {main_region(domain, home_language)})"
    if not region and home_language and language and not pointer and not _alike(language, home_language):
        return f"in the language {language}, where the home page is in {home_language}"
    return ""


def _home_names_it(pointer: Clue | None, domain: str) -> bool:
    """Return whether the main home page links to this page as the policy for everybody.

    A link such as "Privacy (Canada)" does not count.
    """
    if not pointer or pointer.kind != "home" or _FOR_SOME.search(pointer.text):
        return False
    return bool(pointer.source_url and not region_of(pointer.source_url, domain))


def _alike(one: str, other: str) -> bool:
    # Danish and Norwegian texts cannot always be distinguished.
    written = {"nb": "no", "nn": "no", "da": "no"}
    return written.get(one[:2], one[:2]) == written.get(other[:2], other[:2])


def _same_owner(url: str, domain: str) -> bool:
    """Return whether an address is on the retailer's domain, under any top-level domain."""
    owner, own = registered_domain(url), registered_domain(domain)
    label = own.partition(".")[0]
    return bool(owner) and (owner == own or owner.partition(".")[0] == label)


def _format_clue(clue: Clue) -> str:
    return f"{clue.kind}: “{clue.text}”" if clue.text else clue.kind
