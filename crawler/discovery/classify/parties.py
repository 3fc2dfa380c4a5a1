"""The parties that a text names: the retailer and others, with counts.

A policy says "Lantern & Loom, Inc. ("we")", "privacy@lantern.example" or "the Lantern & Loom Privacy Policy".
Names are searched in such phrases, and then counted in the whole text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from db.idn import to_unicode
from extract import lexicon
from extract.domains import host_of, registered_domain

OPENING = 1200  # how many characters a party needs to introduce itself: the first one or two paragraphs
MAX_TEXT = 200_000  # how many characters are searched for names; the longest policy of the corpus has 90,000

_WORDS = lexicon.load("parties")
_SERVICES = frozenset(_WORDS["services"])
_GENERIC = frozenset(_WORDS["generic"])
_JOINS = frozenset(_WORDS["joins"])
_ENDINGS = frozenset(_WORDS["endings"])
# Marks that follow a name, such as ", Inc.". First a mark is searched, then the name before it is read. A
# pattern for the names themselves would be slow, because it would be tried at every character.
_COMPANY = re.compile(rf",? (?:{'|'.join(_WORDS['legal_forms'])})(?!\w)")
_WE = re.compile(rf" ?\((?:[^\w()]{{0,2}}(?:{'|'.join(_WORDS['introductions'])})\b)", re.I)
_VERB = re.compile(rf",? (?:{'|'.join(_WORDS['verbs'])})(?= )")
_REACH = 80  # how many characters before a mark are searched for the name
_MAX_COMPANIES = 30  # how many legal forms ("Inc.") are used as marks
_MAX_DOMAINS = 60  # how many domains in the text are used as names
_DOMAIN = re.compile(
    r"(?:@|\bwww\.|https?://|\b)"
    r"((?:[a-z0-9-]{2,40}\.){1,3}(?:com|net|org|co|[a-z]{2}|example|shop|store|info|biz))\b",
    re.I,
)
# What Unicode does not decompose.
_PLAIN_LETTERS = str.maketrans(
    {"’": "'", "‘": "'", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ł": "l", "Ł": "L"}
)
_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ł": "l"}
)
_LINKED = re.compile(r"\]\([^()\s]*\)")
_MARKS = re.compile(r"[*_#>`|]+|\\")


@dataclass(frozen=True)
class Parties:
    """The retailer and the most frequent other party in a text, with counts.

    - `own`: how many times the text names the retailer.
    - `own_opens`: whether the title or the first paragraphs name the retailer.
    - `other`: the other party that the text names most; empty for none.
    - `others`: how many times the text names `other`.
    - `other_opens`: whether the title or the first paragraphs name `other`.
    - `other_titles`: whether the title names `other` and not the retailer.
    """

    own: int
    own_opens: bool
    other: str
    others: int
    other_opens: bool
    other_titles: bool = False


def is_service(domain: str) -> bool:
    """Return whether a registered domain belongs to a service or an authority.

    Such a domain is no shop: `paypal.com`.
    """
    return domain.partition(".")[0] in _SERVICES


def find_parties(*, domain: str, name: str | None, url: str, title: str, text: str) -> Parties:
    """Return which parties a document names, and how often.

    `text` is Markdown. The addresses of links in `text` do not count.
    """
    plain = _plain(text[:MAX_TEXT])
    title = _plain(title[:OPENING])
    own = names_of(domain, name)
    opening = f"{title}\n{plain[:OPENING]}"
    others: dict[str, tuple[int, str, bool]] = {}
    for candidate in _candidates(url, title, plain):
        pattern = _words_pattern(candidate)
        is_own = own.search(candidate) or _is_own_form(candidate, domain, name)
        if pattern is None or is_own or candidate.lower() in others:
            continue
        count = len(pattern.findall(plain))
        if count and count > len(re.findall(rf"(?<![\w@.]){re.escape(candidate.lower())}(?!\.?\w)", plain)):
            others[candidate.lower()] = (count, candidate, bool(pattern.search(opening)))
    count, other, opens = max(
        others.values(), key=lambda one: (one[0] * (1 + one[2]), one[1]), default=(0, "", False)
    )
    pattern = _words_pattern(other)
    titles = bool(pattern and pattern.search(title)) and not own.search(title)
    return Parties(len(own.findall(plain)), bool(own.search(opening)), other, count, opens, titles)


@lru_cache(maxsize=512)
def names_of(domain: str, name: str | None) -> re.Pattern[str]:
    """Return a regular expression for the names of a retailer.

    These are its name, its domain (`target.example`), and the first part of the domain. The case of the first
    letter matters: "Target" is a shop, but "target" is a word.
    """
    registered = registered_domain(domain) or domain
    label = registered.partition(".")[0]
    forms = [rf"(?i:{re.escape(registered)})"]
    for form in label_forms(label):
        forms += filter(None, [_label_pattern(form) or _foreign_pattern(form)])
    if to_unicode(registered) != registered:
        forms.append(rf"(?i:{re.escape(_accentless(to_unicode(registered)))})")
    words = re.findall(r"\w+", _accentless(name or ""))
    while len(words) > 1 and words[-1].lower() in _ENDINGS:
        words.pop()
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    if len(words) > 1 and words[-1].lower() == "com":
        words.pop()
    if words:
        between = r"\W{0,3}(?:and\W{1,2}|&\W{0,2})?"
        forms.append(rf"(?<!\w){between.join(map(_cased, words))}(?!\w)")
    return re.compile("|".join(forms))


def label_forms(label: str) -> list[str]:
    """Return the letters of a domain's label as people write them in ASCII.

    An international label has those without accents (`bucherwelt`, as texts are compared) and those with two
    letters (`buecherwelt`). A label with the two letters may stand for the other (`buecherwelt`).
    """
    readable = to_unicode(label)
    if readable == label:
        shorter = re.sub(r"([aou])e", r"\1", label)
        return [label, shorter] if shorter != label and len(shorter) >= 5 else [label]
    return list(dict.fromkeys(_accentless(form) for form in (readable, readable.translate(_TWO_LETTERS))))


def squashed(text: str) -> str:
    """Return the letters and digits of a text, in lower case and without accents."""
    return re.sub(r"[\W_]", "", _accentless(text).lower())


def host_names(url: str, name: str) -> bool:
    """Return whether the host or first path segment of an address contains a name.

    Examples for the name Gardenia: `gardenia.example`, `/gardenia/privacy`.
    """
    wanted = squashed(name)
    return len(wanted) > 2 and wanted in squashed(host_of(url) + url.partition("//")[2].partition("/")[2])


def _is_own_form(candidate: str, domain: str, name: str | None) -> bool:
    """Return whether a name is a longer or shorter form of the retailer's name.

    Examples: "Lantern" and "Lantern Group" for Lantern & Loom.
    """
    short = squashed(candidate)
    labels = label_forms(registered_domain(domain).partition(".")[0])
    owns = filter(None, map(squashed, (*labels, name or "")))
    return any(short in own or own in short for own in owns)


def _cased(word: str) -> str:
    first, rest = re.escape(word[0]), re.escape(word[1:])
    return rf"(?i:{first}{rest})" if word[0].islower() else rf"{first}(?i:{rest})"


def _label_pattern(label: str) -> str:
    letters = label.replace("-", "")
    if not letters.isalnum() or not letters.isascii():
        return ""
    if len(letters) < 5:
        return rf"(?<!\w){letters[0].upper()}(?i:{letters[1:]})(?!\w)|(?<=@){letters}(?=\.)"
    spelled = r"[\W_]{0,2}".join(letters[1:]).replace(
        r"a[\W_]{0,2}n[\W_]{0,2}d", r"(?:a[\W_]{0,2}n[\W_]{0,2}d|&)"
    )
    return rf"(?<!\w)(?:{letters[0].upper()}|(?<=[@./]){letters[0]})(?i:[\W_]{{0,2}}{spelled})(?!\w)"


def _foreign_pattern(label: str) -> str:
    """Return a pattern for a label in another script. Some scripts have no letter case and no spaces."""
    letters = label.replace("-", "")
    if letters.isascii() or not letters.isalnum() or len(letters) < 2:
        return ""
    spelled = r"[\W_]{0,2}".join(letters)
    return rf"(?<!\w)(?i:{spelled})(?!\w)" if letters.upper() != letters.lower() else spelled


def _candidates(url: str, title: str, plain: str) -> Iterator[str]:
    """Yield possible names of parties.

    They come from the host, the title, introductions such as "Lantern, Inc. (we)", and domains in the text.
    """
    yield registered_domain(url).partition(".")[0].capitalize()
    for segment in re.split(r"\s[-–—|:»·]\s|[|:»·–—]|\bat\b", title):
        yield from _name_in(segment)
    marks = chain(
        *(pattern.finditer(plain[: 2 * OPENING]) for pattern in (_WE, _VERB)),
        islice(_COMPANY.finditer(plain), _MAX_COMPANIES),
    )
    for mark in marks:
        yield from _name_in(_before(plain, mark.start()))
    for found in islice(_DOMAIN.finditer(plain), _MAX_DOMAINS):
        if (registered := registered_domain(found[1])) and not is_service(registered):
            yield registered.partition(".")[0].capitalize()


def _before(plain: str, end: int) -> str:
    """Return the capitalised words directly before a position in a text.

    Small words between them, such as "and", are included.
    """
    words = plain[max(0, end - _REACH) : end].rpartition("\n")[2].split(" ")
    start = len(words)
    while start and (
        words[start - 1][:1].isupper() or words[start - 1][:1].isdigit() or words[start - 1] in _JOINS
    ):
        start -= 1
        if words[start - 1 : start] and words[start - 1][-1:] in ".:;!?)":
            break
    return " ".join(words[start:])


def _name_in(text: str) -> Iterator[str]:
    words = re.findall(r"[^\s,;()\"“”„«»]+", text)
    while words and (words[0].strip(".’'").lower() in _GENERIC or not words[0][:1].isalnum()):
        words.pop(0)
    while words and (words[-1].strip(".’'").lower() in _GENERIC or not words[-1][-1:].isalnum()):
        words.pop()
    name = " ".join(words).removesuffix(".com").removesuffix("'s")
    if len(name) > 1 and len(words) <= 5 and any(map(str.isalpha, name)) and squashed(name) not in _SERVICES:
        yield name


def _words_pattern(name: str) -> re.Pattern[str] | None:
    words = re.findall(r"\w+", name)
    if not words or all(word.lower() in _GENERIC for word in words):
        return None
    label = _label_pattern(squashed(name)) if len(squashed(name)) >= 5 else ""
    between = r"[\W_]{0,3}"
    spelled = rf"(?<!\w){between.join(map(_cased, words))}(?!\w)"
    return re.compile(f"{spelled}|{label}" if label else spelled)


def _plain(text: str) -> str:
    return _accentless(_MARKS.sub("", _LINKED.sub("]", text)))


def _accentless(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(character for character in plain if not unicodedata.combining(character))
