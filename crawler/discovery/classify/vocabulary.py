"""The words for privacy, and for what is no privacy policy, in the texts and addresses of links.

The words themselves are in tables.py, by language. A text is compared in lower case and without accents, whatever language it
is in: a shop's English page links its German one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import quote, unquote

from crawler.discovery.classify import lexicon
from db.urlkey import urlkey


def folded(text: str) -> str:
    """Return a text in the form in which words are compared: lower case, no accents, one kind of white space and hyphen."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(kept.replace("\u2010", "-").replace("\u2011", "-").replace("’", "'").split())


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(folded(source))


def _any(sources: dict[str, str]) -> re.Pattern[str]:
    return _pattern("|".join(sources.values()))


def names_privacy(text: str) -> bool:
    """Whether a text has a word for privacy, in any of the languages; "privacy screen", the goods, has it too."""
    return bool(_any(lexicon.SUBJECTS).search(folded(text)))


def names_the_document(text: str) -> bool:
    """Whether a text names a privacy document as such ("Privacy Policy", "Datenschutzerklärung"), not the subject alone."""
    words = folded(text)
    return bool(_any(lexicon.SUBJECTS).search(words)) and bool(
        _pattern(rf"(?<!\w)(?:{'|'.join(lexicon.DOCUMENTS.values())})(?!\w)").search(words)
    )


def names_goods(text: str) -> bool:
    """Whether a text, or an address's words, speak of goods that carry the word: privacy screens, fences, films."""
    words = re.sub(r"[-_+/.=&%]+", " ", folded(text))
    return bool(_pattern(rf"(?<!\w)(?:{lexicon.GOODS_TEXT})").search(words)) and not names_the_document(words)


def no_policy(text: str) -> str:
    """Return what else a text with a word for privacy names ("a form or setting", "an article"), "" for none of these."""
    words = folded(text)
    found = (
        kind
        for kind, source in lexicon.NOT_THE_POLICY.items()
        if _pattern(rf"(?<!\w)(?:{source})").search(words)
    )
    return next(found, "")


def names_a_part(text: str) -> bool:
    """Whether a text names a part of a policy, or one for some people: children's privacy, California privacy rights."""
    return bool(_pattern(rf"(?<!\w)(?:{lexicon.PARTIAL})").search(folded(text)))


def other_document(text: str) -> str:
    """Return which document that is no privacy policy a text names: terms, cookies, accessibility …; "" for none."""
    words = folded(text)
    found = (
        kind
        for kind, source in lexicon.OTHER_DOCUMENTS.items()
        if _pattern(rf"(?<!\w)(?:{source})").search(words)
    )
    return next(found, "")


def address_words(url: str) -> str:
    """Return the words of an address below its host, as the vocabulary spells them: decoded, folded, without session ids."""
    fragment = url.partition("#")[2]
    return folded(unquote(urlkey(url).partition(")")[2] + (f"#{fragment}" if fragment else "")))


def in_address(words: str) -> str:
    """Return how an address's words name a privacy policy: "document", "subject", "hub" (a page of legal texts) or ""."""
    if _pattern(lexicon.DOCUMENT_TOKENS).search(words):
        return "document"
    if _pattern("|".join(lexicon.TOKENS)).search(words) or _any(lexicon.SUBJECTS).search(words):
        return "subject"
    return "hub" if re.search(lexicon.HUB_TOKENS, words) else ""


def index_patterns() -> tuple[str, ...]:
    """Return regular expressions for `filter=urlkey:…` of a CDX query that together find every address with a token.

    They hold whether the server matches the whole field or its beginning (wayback.md 1.1). The first one finds what nearly
    all shops use; the second the rarer words; the third other scripts.
    """
    encoded = (quote(word, safe="").lower() for word in lexicon.TOKENS_ENCODED)
    return tuple(
        f".*(?:{'|'.join(tokens)}).*" for tokens in (lexicon.TOKENS[:3], lexicon.TOKENS[3:], tuple(encoded))
    )


def names_a_hub(text: str) -> bool:
    """Whether a text names a page of legal texts, one of which may be the policy: Legal, Policies, Security."""
    return bool(_pattern(rf"(?<!\w)(?:{lexicon.HUBS})(?!\w)").search(folded(text)))


def begins_with_a_part(text: str) -> bool:
    """Whether a title is that of a part, or of a notice for some people: "California Privacy Notice", "Children's Privacy"."""
    return bool(_pattern(rf"(?:your |our |the )?(?:{lexicon.PARTIAL})").match(folded(text)))


def says_moved(text: str) -> bool:
    """Whether a sentence says that a policy is at another place now, or that the whole of it is."""
    return bool(_any(lexicon.MOVED).search(folded(text)))


def speaks_for_itself(text: str) -> bool:
    """Whether a sentence speaks of the speaker's own ("our policy"), not of what somebody else has."""
    return bool(_pattern(rf"(?<!\w)(?:{lexicon.OURS})(?!\w)").search(folded(text)))
