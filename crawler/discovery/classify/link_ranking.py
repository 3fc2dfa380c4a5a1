"""Which links and addresses may lead to a privacy policy, and in which order they are worth a request.

Points for what a link says, what its address says, where it stands and whose host it leads to; no trained model: every reason
is a line that people can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag

from crawler.discovery.classify import vocabulary
from crawler.discovery.classify.parties import is_service
from crawler.discovery.classify.regions import is_main, region_of
from db.urlkey import urlkey
from extract import words
from extract.domains import host_of, registered_domain
from extract.links import FOOTER, MENU, Link, Links

SURE, LIKELY = 60, 30
"""Points from which a link names the policy as a footer does, and from which its text or its address names it at all. Below are
pages that may hold it or lead to it: a page of legal texts, a privacy centre, children's privacy."""

THIN = 150
"""Words below which a page is a hub or a signpost: what it links as the policy is the policy."""
MAX_TEXT = 200_000
"""Characters of a page's text in which sentences that name a successor are looked for."""

_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n")
_LONGEST_SENTENCE = 2000
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\((https?:[^()\s]{1,2000})\)")

_PLACES = {FOOTER: 10, MENU: 5}
_HUB = 3  # points of an address that is one of legal texts; too little to be asked for without a word of the link
_SHORT, _SENTENCE = 7, 15
"""Words up to which a link's text is a name, and up to which it is a sentence that has one; more are a teaser."""

_ASSET = re.compile(
    r"\.(?:css|js|mjs|json|xml|rss|atom|txt|ico|gif|jpe?g|png|webp|avif|svg|bmp|swf|mp[34]|webm|mov|avi|wav"
    r"|woff2?|ttf|eot|zip|gz|exe|dmg"
    r"|apk|docx?|xlsx?|pptx?|csv|map)$"
)
_ARTICLE = re.compile(
    r"/(?:[a-z]{2}[-_/])?(?:blogs?|news(?:room)?|press(?:[-_]?releases?)?|stories|magazine|media|presse"
    r"|actualites|podcasts?)/|[?&]feed=|/feed$"
)
_GOODS_PATH = re.compile(
    r"/(?:products?|dp|p|pd|pdp|items?|sku|prod|reviews?|ratings?|catalogsearch|tags?|artikel|produkte?|produits?|productos?|prodotti)/"
    r"|/search(?:$|[/?])|/s\?|[?&](?:q|k|query|keywords?|search(?:term|text)?|ntt|text|kw|w)="
)
_JOBS = re.compile(
    r"/(?:careers?|jobs?|karriere|recruit\w*|vacanc\w+)(?:/|$|\.)|(?:applicant|candidate|employee|recruit\w*"
    r"|job)[-_]?privac|privac\w*[-_](?:notice[-_])?(?:for[-_])?(?:job|applicant|candidate|employee|recruit)"
)
_FORM = re.compile(
    r"do-?not-?sell|opt-?out|privacy[-_]?(?:settings|preferences|choices|request|options|portal|shield)"
    r"|cookie[-_]?(?:settings|preferences)"
)
_TRACKING = re.compile(
    r"[?&](?:utm_\w+|cm_(?:sp|type|re)|mlink|clink|ref_?|icid|intcid|source|src|ab|clickid|link|from|referr?er|return(?:url)?|next"
    r"|redirect\w*|url|u)=[^&#]*"
)


@dataclass(frozen=True)
class Strength:
    """How likely a link or a bare address leads to the policy (0: no candidate, the most is about 110), and why, in a line."""

    points: int
    reasons: str


@dataclass(frozen=True)
class Candidate:
    """An address worth a request: one for each urlkey, spelled as in its strongest link, without fragment, with its words."""

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
    if not by_text and by_address <= _HUB:
        return Strength(0, "neither its text nor its address names privacy")
    points = by_text + by_address + _PLACES.get(link.place, 0) + _of_spelling(link.url)
    reasons = [said, spelled, f"in the {link.place}" if link.place in _PLACES else ""]
    if (owner := registered_domain(link.url)) != registered_domain(domain):
        points -= 15 if link.place in _PLACES else 40
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
    if not link.url.lower().startswith(("http://", "https://")) or not host_of(link.url):
        return "no web address"
    spelled = _TRACKING.sub("", vocabulary.address_words(link.url).partition("#")[0])
    return _by_address(link, spelled, domain, bare=bare) or _by_text(link)


def _by_address(link: Link, spelled: str, domain: str, *, bare: bool) -> str:
    path, owner = spelled.partition("?")[0], registered_domain(link.url)
    shown = bare or link.place not in _PLACES  # what stands in a footer is no article, and no goods
    reasons = (
        (_ASSET.search(path), "a file that is no page"),
        (
            owner != registered_domain(domain) and (is_service(owner) or _named_in(owner, link.text)),
            f"{owner}'s own",
        ),
        (vocabulary.names_goods(spelled), "goods that are called so"),
        (_FORM.search(path), "a form or setting"),
        (_JOBS.search(path), "a notice for applicants or staff"),
        (shown and _ARTICLE.search(path), "an article"),
        (
            bare and _GOODS_PATH.search(spelled) and vocabulary.in_address(spelled) != "document",
            "a product or a search",
        ),
    )
    return next((reason for found, reason in reasons if found), "")


def _by_text(link: Link) -> str:
    if vocabulary.names_goods(link.text):
        return "goods that are called so"
    return vocabulary.no_policy(link.text)


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
    if vocabulary.names_the_document(text) or size <= 2:
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
    return (_HUB, "a page of legal texts by its address") if named == "hub" else (0, "")


def _of_spelling(url: str) -> int:
    """The plainer an address, the better: every segment of the path after the third and a query take some points off."""
    path, _, query = urlkey(url).partition(")")[2].partition("?")
    return max(-10, -2 * max(0, path.count("/") - 3) - (3 if query else 0))


def _named_in(owner: str, text: str) -> bool:
    label = owner.partition(".")[0]
    return len(label) > 2 and label in re.sub(r"[\W_]", "", vocabulary.folded(text))


def successors(
    links: Links, *, url: str, domain: str, text: str = "", home_language: str | None = None
) -> list[Candidate]:
    """Return the addresses that a page of the policy names as its successor or as its whole, the strongest first.

    `url` is the page's own, `text` its Markdown as `extract_policy` gives it. A successor is what `rel=canonical` or a `meta`
    refresh names (not the home page); what is linked in a sentence that says that the policy moved; what the page's own menu
    or footer links as the policy; and what a page of fewer than `THIN` words links as it. Links in the text of a whole
    policy are others': partners', services', browsers'. The page itself is none, in whatever spelling.
    """
    own, thin, told = _untracked(url), words.count(text) < THIN, _told(text, domain)
    found = [
        _named(target, way, domain)
        for target, way in ((links.canonical, "canonical"), (links.refresh, "refresh"))
        if target
    ]
    for link in links.links:
        key = urlkey(link.url)
        points = strength(link, domain=domain, home_language=home_language)
        if key in told and not _no_candidate(link, domain, bare=False):
            points = Strength(points.points + SURE, f"the text says that the policy is there: {told[key]}")
        elif (
            points.points < LIKELY
            or vocabulary.names_a_part(link.text)
            or not (thin or link.place in _PLACES)
        ):
            continue
        found.append(Candidate(urldefrag(link.url).url, key, link.text, points))
    best: dict[str, Candidate] = {}
    for one in sorted(found, key=_order):
        if one.strength.points and _untracked(one.url) != own:
            best.setdefault(one.urlkey, one)
    return list(best.values())


def _untracked(url: str) -> str:
    return _TRACKING.sub("", urlkey(url))


def _named(target: str, way: str, domain: str) -> Candidate:
    key = urlkey(target)
    home = key.partition(")")[2] in {
        "/",
        "",
    }  # a shop that sends every lost page home, or names it everywhere
    no = "the home page" if home else _no_candidate(Link(target, "", ""), domain, bare=False)
    points = Strength(0, no) if no else Strength(SURE + _of_address(target)[0], f"the page's {way} address")
    return Candidate(urldefrag(target).url, key, "", points)


def _told(text: str, domain: str) -> dict[str, str]:
    """Return the urlkeys of links in sentences that say that the policy moved, each with the sentence.

    A link to another host counts where the sentence speaks of the shop's own.
    """
    told: dict[str, str] = {}
    for sentence in _SENTENCE_END.split(text[:MAX_TEXT]):
        if "](http" not in sentence or len(sentence) > _LONGEST_SENTENCE:
            continue
        said = _LINK.sub(r"\1", sentence)
        if vocabulary.says_moved(said):
            for found in _LINK.finditer(sentence):
                at_home = registered_domain(found[2]) == registered_domain(domain)
                if at_home or vocabulary.speaks_for_itself(said):
                    told.setdefault(urlkey(found[2]), " ".join(said.split())[:120])
    return told
