"""The date that a policy states as its own, such as "last updated May 25, 2018".

A date is the policy's own if a label belongs to it ("updated", "in force since"), in the language of the text
or in English. The labels are in ``extract/lexicon/languages``, with the words that show whose date it is
instead: a law's, or an earlier version's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import takewhile
from urllib.parse import urlsplit

from extract import lexicon
from extract.dates import WrittenDate, plain, written_dates
from extract.lexicon.folding import folded_pattern
from extract.memory import remembered, remembered_by_digest

GAP = 60
"""At most this many characters are between a label and its date."""
BETWEEN_LABELS = 5
"""At most this many characters are between two labels that belong together, as in "posted and effective"."""
GAP_AFTER = 25
"""At most this many characters are between a date and a label that follows it."""
LEADING_WORDS = 3
"""A label at the beginning of a line, or behind a separator, has at most this many words before it."""
NEAR = 100
"""Words that show whose a date is are searched in this many characters before its label."""
LABEL_WORDS = 8
"""A line above a date that ends with a label has at most this many words."""
EDGE = 6
"""A line with only a date, or with only the policy's name and a date, is one of the first or last 6 lines."""
AHEAD = timedelta(days=366)
"""Retailers announce policies up to a year ahead. A date that is later than that is misread."""

# Expressions that begin with one set of characters find their places much faster than others.
_DIGIT = re.compile(r"[\d年월]")
_MAYBE = re.compile(r"[\d'年년](?:(?<=\d)(?: ?[-/.] ?\d|(?<=1)9\d\d|(?<=2)[05]\d\d)|(?<=')\d\d|(?<=[年년]))")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS = re.compile(r"[*_`\\]+")
_MARK_OF_LINE = re.compile(r"\s*(?:#{1,6}|[>+-]|\d{1,3}\.) ")
_SENTENCE_END = re.compile(r"[^\W\d_]{4}[)\"”»]?[.!?] +|[。！？]\s*")
_SEPARATOR = re.compile(r" [-–—] |[|:;()（）\[\]/•·]")
_PART = re.compile(r" [-–—] |[|•·]")  # what is behind it in a copyright line is no part of that
_ENDS = re.compile(r"[^\w\s]|$|\s{0,9}[-–—|(]")
_HOUR = re.compile(r"\W{0,3}(?:at )?\d{1,2}:\d\d")
_CONTINUES = re.compile(r"\s*,\s+(?:[^\W\d_]+\W+){4}")
_COLON = re.compile(r"(?: ?[^\W\d_]++){0,3}+ ?[:：] ?")
# "Madrid, a 25 de mayo de 2018", "V Praze dne 25. 5. 2018": where and when a document was signed.
_PLACE = re.compile(
    r"(?:[^\W\d_]{1,40}[ .-]{1,2}){0,2}[^\W\d_]{1,40}"
    r"(?:, ?(?:(?:am|den|le|a|el|em|dne|dnia|op) )?| (?:dne|den) )$"
)
_AFTER_PLACE = re.compile(r" ?(?:[rg]|г|года?)?[. ]{0,3}$")
_WEEKDAY = re.compile(
    r"(?:day|tag|dag|feira|mittwoch|(?:lun|mar|mart[ei]|mercre|mercole|jeu|giove|ven[de]re?|same)di|dimanche"
    r"|sabato|domenica|lunes|martes|jueves|viernes|sabado|domingo), ?$"
)
_LETTER = re.compile(r"[^\W\d_]")
_COPYRIGHT = re.compile(r"©|\(c\)|copyright")
_UNSPACED = frozenset({"ja", "zh", "ko", "th"})
_ATTACHED = frozenset({"ar", "he"})  # a preposition is written with its noun
# Countries whose English writes the month first, or either of the two. Other names of countries end addresses
# of shops that write the day first.
_MONTH_FIRST = frozenset({"us", "ph"})
_ANY_ORDER = frozenset(
    {"ca", "co", "io", "me", "tv", "ai", "ly", "cc", "ws", "fm", "to", "am", "vc", "gg", "sh"}
)


@dataclass(frozen=True)
class _Words:
    """The words around dates, as regular expressions for folded lines.

    ``label`` matches a label of either kind, ``updated`` one of an update, ``subject`` the name of a policy,
    and ``foreign`` a word that shows that a date is not the policy's.
    """

    label: re.Pattern[str]
    updated: re.Pattern[str]
    subject: re.Pattern[str]
    foreign: re.Pattern[str]


@dataclass(frozen=True)
class _Stated:
    """A date that a text states: the index of its line, and "updated", "effective" or "bare" (no label)."""

    line: int
    kind: str
    date: WrittenDate


def stated_date(
    text: str, *, language: str | None = None, url: str = "", seen: date | None = None
) -> str | None:
    """Return the date that a policy states, as ``2018-05-25``, or ``2018-05`` if it states no day.

    ``text`` is Markdown with the title, ``language`` its two-letter code, ``url`` the address of the page,
    and ``seen`` the day of the capture; all but the text can be unknown. The first date of an update is
    preferred to a date of coming into effect, and this to a date without a label. Of dates of updates in
    lines one after the other, the latest counts. 05/11/2021 can mean two days: the language, the country of
    the address, the other dates of the text, and ``seen`` decide. Returns None if they cannot, and if no date
    is stated.
    """
    orders, candidates = _candidates(text, language)
    order = _order(orders, language, url)
    stated = [(one, day) for one in candidates if (day := _day(one.date.days, order, seen))]
    for kind in ("updated", "effective"):
        if own := [(one.line, day) for one, day in stated if one.kind == kind]:
            return _latest_of_first_run(own) if kind == "updated" else own[0][1]
    bare = [day for one, day in stated if one.kind == "bare"]
    return bare[0] if len(set(bare)) == 1 else None


_Candidates = tuple[frozenset[str], tuple[_Stated, ...]]


def _size(found: _Candidates) -> int:
    return len(found[1])


@remembered_by_digest(_size)
def _candidates(text: str, language: str | None) -> _Candidates:
    """Return the orders of the numbers in all dates of a text, and the dates that it can state as its own."""
    lines = [line for line in text.split("\n") if line.strip()]
    dates: dict[int, list[WrittenDate]] = {}
    for number, line in enumerate(lines):
        if _DIGIT.search(line):
            lines[number], dates[number] = _with_dates(line, language)
    orders = frozenset(one.numeric for line in dates.values() for one in line if one.numeric)
    return orders, tuple(_stated(lines, dates, _words(language)))


@remembered
def _with_dates(line: str, language: str | None) -> tuple[str, list[WrittenDate]]:
    """Return a line as ``written_dates`` reads it, and its dates."""
    bare = _bare(line)
    return bare, written_dates(bare, language) if _MAYBE.search(bare) else []


def _bare(line: str) -> str:
    """Return a line as ``written_dates`` reads it, without Markdown."""
    line = _LINK.sub(r"\1", line) if "](" in line else line
    mark = _MARK_OF_LINE.match(line)
    return plain(_MARKS.sub(" ", line[mark.end() :] if mark else line))


def _latest_of_first_run(stated: Sequence[tuple[int, str]]) -> str:
    first = stated[0][0]
    run = takewhile(lambda one: one[1][0] <= first + one[0], enumerate(stated))
    return max(day for _, (_, day) in run)


def _stated(lines: Sequence[str], dates: dict[int, list[WrittenDate]], words: _Words) -> Iterator[_Stated]:
    for number, found in dates.items():
        line = lines[number]
        for position, one in enumerate(found):
            start = found[position - 1].end if position else 0
            kind = _kind(line, start, one, words)
            is_first = not position and not line[: one.start].strip(" :-–—|(")
            if not kind and is_first and number:
                kind = _kind_by_line_above(_bare(lines[number - 1]), line[one.end :], words)
            if not kind and len(found) == 1 and (number < EDGE or number >= len(lines) - EDGE):
                signed = number >= len(lines) - EDGE and _is_signed(line, one, words)
                kind = "bare" if signed or _is_bare(line, one, words) else ""
            if kind and not _HOUR.match(line, one.end):
                yield _Stated(number, kind, one)


def _kind(line: str, start: int, one: WrittenDate, words: _Words) -> str:
    """Return the kind of a date in a line by the label before or after it, or "" without a label.

    ``start`` is the end of the date before it.
    """
    sentence = _last_sentence(line[start : one.start])
    labels = _last_labels(sentence, words)
    if labels and len(sentence) - labels[-1].end() <= GAP:
        kinds = [_kind_of(label[0], words) for label in labels]
        kind = "updated" if "updated" in kinds else "effective"
        belongs = start and not _LETTER.search(sentence[: labels[0].start()])
        if belongs and words.foreign.search(line[max(0, start - NEAR) : start]):
            return ""  # "act of August 6, 2004, amended on May 25, 2018"
        return kind if _is_own(sentence, labels, kind, line, one.end, words) else ""
    after = words.label.search(line[one.end : one.end + 2 * GAP_AFTER])
    if after and after.start() <= GAP_AFTER and _ENDS.match(line, one.end + after.end()):
        between = line[one.end : one.end + after.start()]
        if not (re.search(r"\d|[.。]\s", between.lstrip(". ")) or words.foreign.search(sentence + between)):
            return _kind_of(after[0], words)
    return ""


def _kind_of(label: str, words: _Words) -> str:
    return "updated" if words.updated.match(label) else "effective"


def _last_sentence(text: str) -> str:
    ends = list(_SENTENCE_END.finditer(text))
    return text[ends[-1].end() :] if ends else text


def _last_labels(sentence: str, words: _Words) -> list[re.Match[str]]:
    """Return the last label in a sentence, with the labels directly before it ("updated as of")."""
    labels = list(words.label.finditer(sentence))
    first = len(labels) - 1
    while first > 0 and labels[first].start() - labels[first - 1].end() <= BETWEEN_LABELS:
        first -= 1
    return labels[max(0, first) :]


def _is_own(
    sentence: str, labels: Sequence[re.Match[str]], kind: str, line: str, date_end: int, words: _Words
) -> bool:
    """Return whether a date with a label is the policy's.

    A label at the beginning of a line, or behind a separator, belongs to the policy, and so does one with a
    colon. Within a sentence, the words before it must name the policy, and no law or other version.
    """
    before, end = sentence[: labels[0].start()], labels[-1].end()
    part = _PART.split(before)[-1] + sentence[labels[0].start() :]
    if words.foreign.search(sentence, end) or _COPYRIGHT.search(part) or words.foreign.search(before[-NEAR:]):
        return False
    if _COLON.fullmatch(sentence, end) or words.subject.search(before):
        return True
    if not before.strip():
        return kind == "updated" or not _CONTINUES.match(line, date_end)
    return len(_SEPARATOR.split(before)[-1].split()) <= (LEADING_WORDS if kind == "updated" else 1)


def _kind_by_line_above(above: str, after: str, words: _Words) -> str:
    if len(above.split()) > LABEL_WORDS or len(after.split()) > LABEL_WORDS or words.foreign.search(above):
        return ""
    labels = list(words.label.finditer(above))
    return _kind_of(labels[-1][0], words) if labels and len(above) - labels[-1].end() <= 2 else ""


def _is_bare(line: str, one: WrittenDate, words: _Words) -> bool:
    """Return whether a line has only a day, or only the name of a policy and a day.

    A day in numbers needs the name: tables of shops have such days.
    """
    rest = re.sub(r"[\W\d_]+", " ", line[: one.start] + " " + line[one.end :]).strip()
    others = words.foreign.search(rest) or words.label.search(rest)
    name = len(rest.split()) <= EDGE and words.subject.search(rest) and not others
    whole = len(one.days[0]) > len("2018-05") and not _COPYRIGHT.search(line)
    return whole and bool(name or (not rest and _LETTER.search(line)))


def _is_signed(line: str, one: WrittenDate, words: _Words) -> bool:
    """Return whether a line has only a place and a day, as below a letter: "Vienna, 25 May 2018"."""
    before = line[: one.start]
    if not _PLACE.match(before) or not _AFTER_PLACE.match(line, one.end):
        return False
    others = words.foreign.search(line) or words.label.search(line) or _WEEKDAY.search(before)
    return not others and len(one.days[0]) > len("2018-05")


def _day(days: Sequence[str], order: str, seen: date | None) -> str | None:
    """Return the day that a date means, or None if that is not known, or if it is too late to be true."""
    if len(days) > 1 and order:
        days = [days[0] if order == "month" else days[1]]
    if seen and len(days) > 1:
        days = [day for day in days if day <= (seen + timedelta(days=1)).isoformat()]
    if len(days) != 1 or (seen and days[0] > (seen + AHEAD).isoformat()):
        return None
    return days[0]


def _order(orders: frozenset[str], language: str | None, url: str) -> str:
    """Return which number comes first in the dates of a text: "month", "day", or "" if that is not known.

    ``orders`` are those of the dates that show it.
    """
    if len(orders) == 1:
        return min(orders)
    if language not in {"en", None}:
        return "day"
    country = (urlsplit(url).hostname or "").rpartition(".")[2]
    if len(country) != 2 or country in _ANY_ORDER:
        return ""
    return "month" if country in _MONTH_FIRST else "day"


@cache
def _words(language: str | None) -> _Words:
    """Return the words around dates in a language and in English, or in all languages if it is unknown."""
    known = lexicon.by_language("dates", "updated")
    languages = sorted({"en", language}) if language in known else sorted(known)

    def any_of(*lists: tuple[str, ...]) -> re.Pattern[str]:
        sources = []
        for code in map(str, languages):
            words = [word for keys in lists for word in lexicon.by_language(*keys).get(code, [])]
            joined = "|".join(map(folded_pattern, words))
            if not joined:
                continue
            if code not in _UNSPACED | _ATTACHED:
                joined = rf"(?<![^\W\d_])(?:{joined})"
            sources.append(joined)
        return re.compile("|".join(sources))

    return _Words(
        label=any_of(("dates", "updated"), ("dates", "effective")),
        updated=any_of(("dates", "updated")),
        subject=any_of(("subjects",), ("documents",)),
        foreign=any_of(("dates", "not_own")),
    )
