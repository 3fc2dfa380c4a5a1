"""Which words for privacy, or for something else, stand in texts and addresses of links.

The words are in `extract/lexicon/discovery.toml`. A text is compared in lower case, without accents and with
the words of all languages, because an English page may link a German one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from urllib.parse import quote, unquote

from db.urlkey import urlkey
from extract import lexicon

_WORDS = lexicon.load("discovery")


def _any_of(*lists: Iterable[str]) -> str:
    return "|".join(chain.from_iterable(lists))


_SUBJECTS = _any_of(*_WORDS["subjects"].values())
_DOCUMENTS = rf"(?<!\w)(?:{_any_of(*_WORDS['documents'].values())})(?!\w)"
_ADDRESSES: Mapping[str, list[str]] = _WORDS["addresses"]
_GOODS = rf"(?<!\w)(?:{_any_of(_WORDS['goods']['phrases'])})".replace(
    "GOODS", _any_of(_WORDS["goods"]["names"])
)
_NOT_THE_POLICY, _OTHER_DOCUMENTS = (
    {kind: rf"(?<!\w)(?:{_any_of(words)})" for kind, words in _WORDS[table].items()}
    for table in ("not_the_policy", "other_documents")
)
_MOVED = _any_of(*_WORDS["moved"].values())
_HUBS, _OURS = (rf"(?<!\w)(?:{_any_of(_WORDS['phrases'][name])})(?!\w)" for name in ("hubs", "ours"))
_PARTS = rf"(?:{_any_of(_WORDS['phrases']['parts'])})"


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with single spaces, plain hyphens and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(kept.replace("\u2010", "-").replace("\u2011", "-").replace("’", "'").split())


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(folded(source))


def names_privacy(text: str) -> bool:
    """Whether a text has a word for privacy in any language. True also for goods ("privacy screen")."""
    return bool(_pattern(_SUBJECTS).search(folded(text)))


def names_the_document(text: str) -> bool:
    """Whether a text names a privacy document ("Privacy Policy"), and not only the subject."""
    words = folded(text)
    return bool(_pattern(_SUBJECTS).search(words)) and bool(_pattern(_DOCUMENTS).search(words))


def names_goods(text: str) -> bool:
    """Whether a text or an address names goods, such as privacy screens, fences and films."""
    words = re.sub(r"[-_+/.=&%]+", " ", folded(text))
    return bool(_pattern(_GOODS).search(words)) and not names_the_document(words)


def no_policy(text: str) -> str:
    """Return what a text names instead of a policy ("a form or setting", "an article"), or ""."""
    return _first_kind(_NOT_THE_POLICY, text)


def other_document(text: str) -> str:
    """Return which other document a text names (terms, cookies, accessibility), or ""."""
    return _first_kind(_OTHER_DOCUMENTS, text)


def _first_kind(sources: Mapping[str, str], text: str) -> str:
    words = folded(text)
    return next((kind for kind, source in sources.items() if _pattern(source).search(words)), "")


def names_a_part(text: str) -> bool:
    """Whether a text names a part of a policy, or one for some people: California privacy rights."""
    return bool(_pattern(rf"(?<!\w){_PARTS}").search(folded(text)))


def begins_with_a_part(text: str) -> bool:
    """Whether a title starts with the name of a part: "California Privacy Notice", "Children's Privacy"."""
    return bool(_pattern(rf"(?:your |our |the )?{_PARTS}").match(folded(text)))


def names_a_hub(text: str) -> bool:
    """Whether a text names a page of legal texts, such as Legal, Policies or Security."""
    return bool(_pattern(_HUBS).search(folded(text)))


def says_moved(text: str) -> bool:
    """Whether a sentence says that the policy moved, or where the whole policy is."""
    return bool(_pattern(_MOVED).search(folded(text)))


def speaks_for_itself(text: str) -> bool:
    """Whether a sentence speaks of the speaker's own policy ("our policy")."""
    return bool(_pattern(_OURS).search(folded(text)))


def address_words(url: str) -> str:
    """Return the words of an address after its host: decoded, folded, without session ids."""
    fragment = url.partition("#")[2]
    return folded(unquote(urlkey(url).partition(")")[2] + (f"#{fragment}" if fragment else "")))


def in_address(words: str) -> str:
    """Return what the words of an address name: "document", "subject", "hub" (legal texts) or ""."""
    if _pattern(_any_of(_ADDRESSES["document"])).search(words):
        return "document"
    subjects = _any_of(_ADDRESSES["common"], _ADDRESSES["rare"])
    if _pattern(subjects).search(words) or _pattern(_SUBJECTS).search(words):
        return "subject"
    return "hub" if re.search(_any_of(_ADDRESSES["hub"]), words) else ""


def index_patterns() -> tuple[str, ...]:
    """Return three expressions for the filter on `urlkey` in a CDX query.

    They have common words, rare words and words of other scripts. Together they find every address with a
    word for privacy. They hold for servers that match the whole field and for servers that match its start
    (docs/wayback.md "Index parameters").
    """
    encoded = [quote(word, safe="").lower() for word in _ADDRESSES["other_scripts"]]
    return tuple(f".*(?:{_any_of(words)}).*" for words in (_ADDRESSES["common"], _ADDRESSES["rare"], encoded))
