"""The words in texts and addresses of links that name privacy, or another subject.

The words are in `extract/lexicon`: those of each language in its file, which extraction reads too, and others
in `discovery.toml`. A text is compared in lower case and without accents, with the words of all languages,
because an English page may link to a German page.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from urllib.parse import quote, unquote

from db.urlkey import urlkey
from extract import lexicon
from extract.lexicon.folding import folded as without_accents
from extract.lexicon.folding import folded_pattern

_WORDS = lexicon.load("discovery")


def _any_of(*lists: Iterable[str]) -> str:
    return "|".join(chain.from_iterable(lists))


_SUBJECTS = _any_of(lexicon.of_all("subjects"))
_DOCUMENTS = rf"(?<!\w)(?:{_any_of(lexicon.of_all('documents'))})(?!\w)"
_ADDRESSES: Mapping[str, list[str]] = _WORDS["addresses"]
_GOODS = rf"(?<!\w)(?:{_any_of(_WORDS['goods']['phrases'])})".replace(
    "GOODS", _any_of(_WORDS["goods"]["names"])
)
_NOT_THE_POLICY, _OTHER_DOCUMENTS = (
    {kind: rf"(?<!\w)(?:{_any_of(words)})" for kind, words in _WORDS[table].items()}
    for table in ("not_the_policy", "other_documents")
)
_MOVED = _any_of(lexicon.of_all("moved"))
_HUBS, _OURS = (rf"(?<!\w)(?:{_any_of(_WORDS['phrases'][name])})(?!\w)" for name in ("hubs", "ours"))
_PARTS = rf"(?:{_any_of(_WORDS['phrases']['parts'])})"


def folded(text: str) -> str:
    """Return a text in a plain form for comparison.

    The form is lower case, without accents, with single spaces, plain hyphens and plain apostrophes.
    """
    return " ".join(without_accents(text).split())


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(folded_pattern(source))


def names_privacy(text: str) -> bool:
    """Return whether a text has a word for privacy in any language.

    Return True also for goods, such as a "privacy screen".
    """
    return bool(_pattern(_SUBJECTS).search(folded(text)))


def names_the_document(text: str) -> bool:
    """Return whether a text names a document ("Privacy Policy"), and not only "privacy"."""
    words = folded(text)
    return bool(_pattern(_SUBJECTS).search(words)) and bool(_pattern(_DOCUMENTS).search(words))


def names_goods(text: str) -> bool:
    """Return whether a text or an address names goods, such as privacy screens or fences."""
    words = re.sub(r"[-_+/.=&%]+", " ", folded(text))
    return bool(_pattern(_GOODS).search(words)) and not names_the_document(words)


def no_policy(text: str) -> str:
    """Return what a text names instead of a policy, such as "an article"; empty for nothing."""
    return _first_kind(_NOT_THE_POLICY, text)


def other_document(text: str) -> str:
    """Return which other document a text names, such as "cookies"; empty for none."""
    return _first_kind(_OTHER_DOCUMENTS, text)


def _first_kind(sources: Mapping[str, str], text: str) -> str:
    words = folded(text)
    return next((kind for kind, source in sources.items() if _pattern(source).search(words)), "")


def names_a_part(text: str) -> bool:
    """Return whether a text names a part of a policy, or a special policy.

    An example is "California privacy rights".
    """
    return bool(_pattern(rf"(?<!\w){_PARTS}").search(folded(text)))


def begins_with_a_part(text: str) -> bool:
    """Return whether a title begins with the name of a part: "Children's Privacy"."""
    return bool(_pattern(rf"(?:your |our |the )?{_PARTS}").match(folded(text)))


def names_a_hub(text: str) -> bool:
    """Return whether a text names a page of legal texts: Legal, Policies, Security."""
    return bool(_pattern(_HUBS).search(folded(text)))


def says_moved(text: str) -> bool:
    """Return whether a sentence says that the policy moved, or where the full policy is."""
    return bool(_pattern(_MOVED).search(folded(text)))


def speaks_for_itself(text: str) -> bool:
    """Return whether a sentence is about the writer's own policy ("our policy")."""
    return bool(_pattern(_OURS).search(folded(text)))


def address_words(url: str) -> str:
    """Return the part of an address after the host, decoded and in a plain form.

    Session ids are left out. The plain form is the one of `folded`.
    """
    fragment = url.partition("#")[2]
    return folded(unquote(urlkey(url).partition(")")[2] + (f"#{fragment}" if fragment else "")))


def in_address(words: str) -> str:
    """Return what the words of an address name.

    This is "document" (a privacy policy), "subject" (privacy), "hub" (legal texts), or an empty string.
    """
    if _pattern(_any_of(_ADDRESSES["document"])).search(words):
        return "document"
    subjects = _any_of(_ADDRESSES["common"], _ADDRESSES["rare"])
    if _pattern(subjects).search(words) or _pattern(_SUBJECTS).search(words):
        return "subject"
    return "hub" if re.search(_any_of(_ADDRESSES["hub"]), words) else ""


def index_patterns() -> tuple[str, ...]:
    """Return three regular expressions for the filter on `urlkey` in an index query.

    They contain the common words, the rare words, and the words in other scripts. Together they find every
    address with a word for privacy. They work with servers that match the whole field, and with servers that
    match only its start (docs/wayback.md "Index parameters").
    """
    encoded = [quote(word, safe="").lower() for word in _ADDRESSES["other_scripts"]]
    return tuple(f".*(?:{_any_of(words)}).*" for words in (_ADDRESSES["common"], _ADDRESSES["rare"], encoded))
