"""The ranking of links and addresses by how likely they lead to a privacy policy.

A link gets points for its words, its address, its place on the page, and the owner of its host. There is no
trained model, so every score has reasons that people can read.
"""

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

SURE = 60  # a link with so many points is as clear as "Privacy Policy" in a footer
LIKELY = 30  # a link with so many points names privacy in its text or its address
THIN = 150  # a page with fewer words is no policy itself, but may link to the policy
MAX_TEXT = 200_000  # how many characters of a text are searched for sentences that name a successor

_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n")
_LONGEST_SENTENCE = 2000  # characters
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\((https?:[^()\s]{1,2000})\)")

_PLACES = {FOOTER: 10, MENU: 5}  # points for the place of a link
_HUB = (
    3  # points for an address of legal texts; they make a candidate only if the link's text gets points too
)
_SHORT = 7  # a link text with up to so many words is a name
_SENTENCE = 15  # a link text with up to so many words is a sentence with a name, a longer text is an extract

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
    r"/(?:products?|dp|p|pd|pdp|items?|sku|prod|reviews?|ratings?|catalogsearch|tags?|artikel|produkte?"
    r"|produits?|productos?|prodotti)/"
    r"|/search(?:$|[/?])|/s\?|[?&](?:q|k|query|keywords?|search(?:term|text)?|ntt|text|kw|w)="
)
_JOBS = re.compile(
    r"/(?:careers?|jobs?|karriere|recruit\w*|vacanc\w+)(?:/|$|\.)|(?:applicant|candidate|employee|recruit\w{0,20}"
    r"|job)[-_]?privac|privac\w{0,20}[-_](?:notice[-_])?(?:for[-_])?(?:job|applicant|candidate|employee|recruit)"
)
_FORM = re.compile(
    r"do-?not-?sell|opt-?out|privacy[-_]?(?:settings|preferences|choices|request|options|portal|shield)"
    r"|cookie[-_]?(?:settings|preferences)"
)
_TRACKING = re.compile(
    r"[?&](?:utm_\w+|cm_(?:sp|type|re)|mlink|clink|ref_?|icid|intcid|source|src|ab|clickid|link|from"
    r"|referr?er|return(?:url)?|next"
    r"|redirect\w*|url|u)=[^&#]*"
)


@dataclass(frozen=True)
class LinkScore:
    """How likely a link or an address leads to the policy, with the reasons.

    With 0 points it is no candidate. The maximum is about 110 points.
    """

    points: int
    reasons: str


@dataclass(frozen=True)
class Candidate:
    """An address to check, without fragment (`#…`), and the words of its strongest link."""

    url: str
    urlkey: str
    text: str
    score: LinkScore


def score_link(found: Link | str, *, domain: str, home_language: str | None = None) -> LinkScore:
    """Return the score of a link, or of an address without a link.

    `domain` is the retailer's domain. `home_language` is the language of its home page, or None; it decides
    which region is the main one. An address without a link must itself name the policy.
    """
    link = found if isinstance(found, Link) else Link(found, "", "")
    if reason := _no_candidate(link, domain, bare=not isinstance(found, Link)):
        return LinkScore(0, reason)
    text_points, text_reason = _score_text(link.text)
    address_points, address_reason = _score_address(link.url)
    if not text_points and address_points <= _HUB:
        return LinkScore(0, "neither its text nor its address names privacy")
    points = text_points + address_points + _PLACES.get(link.place, 0) + _score_spelling(link.url)
    reasons = [text_reason, address_reason, f"in the {link.place}" if link.place in _PLACES else ""]
    if (owner := registered_domain(link.url)) != registered_domain(domain):
        points -= 15 if link.place in _PLACES else 40
        reasons.append(f"on {owner}")
    if (region := region_of(link.url, domain)) and not is_main(region, domain, home_language):
        points -= 15
        reasons.append(f"for the region {region}")
    return LinkScore(max(points, 1), ", ".join(filter(None, reasons)))


def rank_links(
    found: Iterable[Link | str], *, domain: str, home_language: str | None = None
) -> list[Candidate]:
    """Return the candidates among links or addresses, the strongest first.

    Each urlkey occurs once. Links with 0 points are left out, so the result can be empty.
    """
    best: dict[str, Candidate] = {}
    for entry in found:
        url = urldefrag(entry.url if isinstance(entry, Link) else entry).url
        text = entry.text if isinstance(entry, Link) else ""
        score = score_link(entry, domain=domain, home_language=home_language)
        new = Candidate(url, urlkey(url), text, score)
        old = best.get(new.urlkey)
        if score.points and (old is None or _order(new) < _order(old)):
            best[new.urlkey] = new
    return sorted(best.values(), key=_order)


def _order(candidate: Candidate) -> tuple[int, int, str, str]:
    return -candidate.score.points, len(candidate.url), candidate.url, candidate.text


def _no_candidate(link: Link, domain: str, *, bare: bool) -> str:
    """Return why a link cannot lead to the policy; an empty string if it can.

    `bare` means an address without a link.
    """
    if not link.url.lower().startswith(("http://", "https://")) or not host_of(link.url):
        return "no web address"
    spelled = _TRACKING.sub("", vocabulary.address_words(link.url).partition("#")[0])
    if reason := _no_candidate_address(link, spelled, domain, bare=bare):
        return reason
    if vocabulary.names_goods(link.text):
        return "goods that are called so"
    return vocabulary.no_policy(link.text)


def _no_candidate_address(link: Link, spelled: str, domain: str, *, bare: bool) -> str:
    path, owner = spelled.partition("?")[0], registered_domain(link.url)
    may_be_article = bare or link.place not in _PLACES  # footers and menus link no articles
    reasons = (
        (_ASSET.search(path), "a file that is no page"),
        (
            owner != registered_domain(domain) and (is_service(owner) or _named_in(owner, link.text)),
            f"{owner}'s own",
        ),
        (vocabulary.names_goods(spelled), "goods that are called so"),
        (_FORM.search(path), "a form or setting"),
        (_JOBS.search(path), "a notice for applicants or staff"),
        (may_be_article and _ARTICLE.search(path), "an article"),
        (
            bare and _GOODS_PATH.search(spelled) and vocabulary.in_address(spelled) != "document",
            "a product or a search",
        ),
    )
    return next((reason for found, reason in reasons if found), "")


def _score_text(text: str) -> tuple[int, str]:
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


def _score_address(url: str) -> tuple[int, str]:
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


def _score_spelling(url: str) -> int:
    """Return negative points for a long address.

    -2 for each segment of the path after the third, -3 for a query, and at most -10.
    """
    path, _, query = urlkey(url).partition(")")[2].partition("?")
    return max(-10, -2 * max(0, path.count("/") - 3) - (3 if query else 0))


def _named_in(owner: str, text: str) -> bool:
    label = owner.partition(".")[0]
    return len(label) > 2 and label in re.sub(r"[\W_]", "", vocabulary.folded(text))


def find_successors(
    links: Links, *, url: str, domain: str, text: str = "", home_language: str | None = None
) -> list[Candidate]:
    """Return the addresses to which a policy moved, as its page names them, strongest first.

    `url` is the address of the page, and `text` its Markdown. These addresses count:

    - the address of `rel=canonical` or of a `meta` refresh, unless it is the home page;
    - links in sentences that say that the policy moved;
    - links to the policy in the menu or the footer;
    - all links to the policy, if the page has fewer than THIN words.

    Other links in the text of a policy lead to policies of others: of partners, services, browsers.
    """
    own, is_thin, moved = _untracked(url), words.count(text) < THIN, _links_of_moves(text, domain)
    found = [
        _declared(target, source, domain)
        for target, source in ((links.canonical, "canonical"), (links.refresh, "refresh"))
        if target
    ]
    for link in links.links:
        key = urlkey(link.url)
        score = score_link(link, domain=domain, home_language=home_language)
        is_policy = score.points >= LIKELY and not vocabulary.names_a_part(link.text)
        if key in moved and not _no_candidate(link, domain, bare=False):
            reason = f"the text says that the policy is there: {moved[key]}"
            score = LinkScore(score.points + SURE, reason)
        elif not (is_policy and (is_thin or link.place in _PLACES)):
            continue
        found.append(Candidate(urldefrag(link.url).url, key, link.text, score))
    best: dict[str, Candidate] = {}
    for candidate in sorted(found, key=_order):
        if candidate.score.points and _untracked(candidate.url) != own:
            best.setdefault(candidate.urlkey, candidate)
    return list(best.values())


def _untracked(url: str) -> str:
    return _TRACKING.sub("", urlkey(url))


def _declared(target: str, source: str, domain: str) -> Candidate:
    """Return the candidate for the address of `rel=canonical` or a `meta` refresh.

    It has 0 points if the address is the home page, because missing pages often redirect there.
    """
    key = urlkey(target)
    is_home = key.partition(")")[2] in {"/", ""}
    reason = "the home page" if is_home else _no_candidate(Link(target, "", ""), domain, bare=False)
    points = 0 if reason else SURE + _score_address(target)[0]
    score = LinkScore(points, reason or f"the page's {source} address")
    return Candidate(urldefrag(target).url, key, "", score)


def _links_of_moves(text: str, domain: str) -> dict[str, str]:
    """Return the links in sentences that say that the policy moved: the sentences by urlkey.

    A link to another domain counts only if the sentence is about the shop's own policy ("our policy").
    """
    moved: dict[str, str] = {}
    for sentence in _SENTENCE_END.split(text[:MAX_TEXT]):
        if "](http" not in sentence or len(sentence) > _LONGEST_SENTENCE:
            continue
        plain = _LINK.sub(r"\1", sentence)
        if vocabulary.says_moved(plain):
            for found in _LINK.finditer(sentence):
                is_own_host = registered_domain(found[2]) == registered_domain(domain)
                if is_own_host or vocabulary.speaks_for_itself(plain):
                    moved.setdefault(urlkey(found[2]), " ".join(plain.split())[:120])
    return moved
