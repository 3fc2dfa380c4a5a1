"""Which links and addresses may lead to a privacy policy, and in which order they are worth a request.

Points for what a link says, what its address says, where it stands and whose host it leads to; no trained model: every reason
is a line that people can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag

from crawler.discovery import vocabulary
from crawler.discovery.parties import is_service
from crawler.discovery.regions import is_main, region_of
from db.urlkey import urlkey
from extract import words
from extract.links import FOOTER, MENU, Link
from extract.provenance import host_of, registered_domain

SURE, LIKELY = 60, 30
"""Points from which a link names the policy as a footer does, and from which its text or its address names it at all. Below are
pages that may hold it or lead to it: a page of legal texts, a privacy centre, children's privacy."""

_PLACES = {FOOTER: 10, MENU: 5}
_SHORT, _SENTENCE = 7, 15
"""Words up to which a link's text is a name, and up to which it is a sentence that has one; more are a teaser."""

_ASSET = re.compile(
    r"\.(?:css|js|mjs|json|xml|rss|atom|txt|ico|gif|jpe?g|png|webp|avif|svg|bmp|swf|mp[34]|webm|mov|avi|wav|woff2?|ttf|eot|zip|gz|exe|dmg"
    r"|apk|docx?|xlsx?|pptx?|csv|map)$"
)
_ARTICLE = re.compile(
    r"/(?:[a-z]{2}[-_/])?(?:blogs?|news(?:room)?|press(?:[-_]?releases?)?|stories|magazine|media|presse|actualites|podcasts?)/|[?&]feed=|/feed$"
)
_GOODS_PATH = re.compile(
    r"/(?:products?|dp|p|pd|pdp|items?|sku|prod|buy|reviews?|ratings?|search|s|catalogsearch|tags?|collections?|shop-by|artikel|produkte?"
    r"|produits?|productos?|prodotti|category|c)/|/(?:search|s)(?:$|\?)|[?&](?:q|k|query|keywords?|search(?:term|text)?|ntt|text|kw|w)="
)
_JOBS = re.compile(
    r"/(?:careers?|jobs?|karriere|recruit\w*|vacanc\w+)(?:/|$|\.)|(?:applicant|candidate|employee|recruit\w*|job)[-_]?privac|privac\w*[-_](?:notice[-_])?(?:for[-_])?(?:job|applicant|candidate|employee|recruit)"
)
_FORM = re.compile(
    r"do-?not-?sell|opt-?out|privacy[-_]?(?:settings|preferences|choices|request|options|portal|shield)|cookie[-_]?(?:settings|preferences)"
)
_TRACKING = re.compile(r"[?&](?:utm_\w+|cm_sp|cm_type|cm_re|mlink|clink|ref|ref_|icid|intcid|source|src|ab|clickid|link|from|referer|referrer|returnurl|return|next|redirect\w*|url|u)=[^&#]*")  # fmt: skip


@dataclass(frozen=True)
class Strength:
    """How likely a link or a bare address leads to the policy (0: no candidate, the most is about 110), and why, in a line."""

    points: int
    reasons: str


@dataclass(frozen=True)
class Candidate:
    """An address worth a request: one per urlkey, in the spelling of its strongest link without fragment, with that link's words."""

    url: str
    urlkey: str
    text: str
    strength: Strength


def strength(found: Link | str, *, domain: str, home_language: str | None = None) -> Strength:
    """Return the strength of a link, or of a bare address as an index lists it, for the retailer of a domain.

    Of a bare address the address alone must name the policy. `home_language` tells the main address from those of regions.
    """
    link = found if isinstance(found, Link) else Link(found, "", "")
    why_not = _no_candidate(link, domain, bare=not isinstance(found, Link))
    if why_not:
        return Strength(0, why_not)
    by_text, said = _of_text(link.text)
    by_address, spelled = _of_address(link.url)
    if not by_text and (not by_address or (isinstance(found, str) and spelled.startswith("a page of legal"))):
        return Strength(0, "neither its text nor its address names privacy")
    points = by_text + by_address + _PLACES.get(link.place, 0) + _of_spelling(link.url)
    reasons = [said, spelled, f"in the {link.place}" if link.place in _PLACES else ""]
    if (owner := registered_domain(link.url)) != registered_domain(domain):
        points -= 15 if link.place in _PLACES else 30
        reasons.append(f"on {owner}")
    if (region := region_of(link.url, domain)) and not is_main(region, domain, home_language):
        points -= 15
        reasons.append(f"for the region {region}")
    return Strength(max(points, 1), ", ".join(filter(None, reasons)))


def ranked(found: Iterable[Link | str], *, domain: str, home_language: str | None = None) -> list[Candidate]:
    """Return the candidates among links or addresses, the strongest first, one for each urlkey; the same in every process."""
    best: dict[str, Candidate] = {}
    for entry in found:
        url = urldefrag(entry.url if isinstance(entry, Link) else entry).url
        text = entry.text if isinstance(entry, Link) else ""
        points = strength(entry, domain=domain, home_language=home_language)
        new = Candidate(url, urlkey(url), text, points)
        old = best.get(new.urlkey)
        if points.points and (old is None or _order(new) < _order(old)):
            best[new.urlkey] = new
    return sorted(best.values(), key=_order)


def _order(one: Candidate) -> tuple[int, int, str, str]:
    return -one.strength.points, len(one.url), one.url, one.text


def _no_candidate(link: Link, domain: str, *, bare: bool) -> str:
    """Return why a link leads to no policy whatever it says, "" where it may."""
    host, owner = host_of(link.url), registered_domain(link.url)
    if not link.url.lower().startswith(("http://", "https://")) or not host:
        return "no web address"
    spelled = _TRACKING.sub("", vocabulary.address_words(link.url).partition("#")[0])
    path = spelled.partition("?")[0]
    if _ASSET.search(path):
        return "a file that is no page"
    if owner != registered_domain(domain) and (is_service(owner) or _named_in(owner, link.text)):
        return f"{owner}'s own"
    if vocabulary.names_goods(link.text) or vocabulary.names_goods(spelled):
        return "goods that are called so"
    if _FORM.search(path):
        return "a form or setting"
    if _JOBS.search(path):
        return "a notice for applicants or staff"
    if bare and (_ARTICLE.search(path) or (_GOODS_PATH.search(spelled) and vocabulary.in_address(spelled) != "document")):
        return "an article, a product or a search"
    if link.text and (what := vocabulary.no_policy(link.text)):
        return what if what != "another document" or not vocabulary.names_privacy(link.text) else ""
    return "an article" if _ARTICLE.search(path) and link.place not in _PLACES else ""


def _of_text(text: str) -> tuple[int, str]:
    size = words.count(text)
    if not vocabulary.names_privacy(text):
        return (5, f"“{text}” may hold it") if size <= 4 and vocabulary.names_a_hub(text) else (0, "")
    if vocabulary.names_a_part(text):
        return 15, f"“{text}” names a part"
    if size > _SENTENCE:
        return 10, "a long text that speaks of privacy"
    if size > _SHORT:
        return 25, f"“{text}” speaks of privacy"
    if vocabulary.names_the_document(text) or vocabulary.is_the_subject(text):
        return 55, f"“{text}” names the document"
    return 45, f"“{text}” names privacy"


def _of_address(url: str) -> tuple[int, str]:
    spelled = vocabulary.address_words(url)
    plain, _, fragment = spelled.partition("#")
    untracked = _TRACKING.sub("", plain)
    named = vocabulary.in_address(untracked)
    if named == "document":
        return 30, "its address names the document"
    if named == "subject":
        return 25, "its address names privacy"
    if vocabulary.in_address(fragment) in {"document", "subject"} or host_of(url).startswith("privacy."):
        return 20, "a part of a page named so"
    if vocabulary.in_address(plain) in {"document", "subject"}:
        return 10, "a mark in its address names privacy"
    return (3, "a page of legal texts by its address") if named == "hub" else (0, "")


def _of_spelling(url: str) -> int:
    """The plainer an address, the better: every segment of the path after the third and a query take some points off."""
    path, _, query = urlkey(url).partition(")")[2].partition("?")
    return max(-10, -2 * max(0, path.count("/") - 3) - (3 if query else 0))


def _named_in(owner: str, text: str) -> bool:
    label = owner.partition(".")[0]
    return len(label) > 2 and label in re.sub(r"[\W_]", "", vocabulary.folded(text))
