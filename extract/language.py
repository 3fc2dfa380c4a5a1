"""The language of a text, by its function words and its script.

A policy has thousands of words; the dozen commonest words of a language make a third of them. A trained model (tens of
megabytes, and another answer with its next version) would tell no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LEAST_WORDS = 8
"""Words of a text below which its language is not told."""
LEAST_SHARE = 0.12
"""Share of the words that must be function words of the language. In policies the right one has 0.25 to 0.45."""
SECOND_SHARE = 0.15
"""Share of a page's words in another language from which the page counts as one in several languages."""

_FUNCTION_WORDS = {
    "en": "the of and to in a that is we you your our for or on with by may this are as be not it from any information will",
    "fr": "de la le les et des vous à en que nous pour du par une dans votre vos sur est au ou un ces qui ne pas avec sont aux",
    "de": "der die und in zu den von wir sie das mit für ist auf des ihre dem oder werden ein eine nicht im uns ihrer bei als",
    "es": "de la que en y los el a las para del por con su se o una nos sus un es al sobre datos no lo usted más como este",
    "it": "di e che la il per i dei in del da con le non sono un una nel dati della delle al si o ai alla suoi degli tuoi gli",
    "pt": "de a que e o para os do da em as seus com por dados não uma ou um nos se dos das sua seu na no ao você são à",
    "nl": "de van en het een in wij te op voor dat die met is of uw zijn om door aan niet worden ons deze bij als u onze",
    "sv": "och att i som för av till den är på med vi om du det har eller dina vi kan från din inte en ett våra dig uppgifter",
    "da": "og at i til af vi som for den på med er du det om har kan eller dine en ikke fra dig vores de oplysninger hvis et",
    "nb": "og å i til av vi som for den på med er du det om har kan eller dine en ikke fra deg våre opplysninger hvis et",
    "fi": "ja on tai että ei voi sekä joka kun ovat jos voimme sen tämän mukaan myös kuten tietoja henkilötietojen sinun",
    "pl": "i w z na do się o jest przez oraz lub nie że od danych są dla osobowych może w celu jak które za po ich",
    "cs": "a v na se o pro je z osobních údajů nebo k které jsou do si s za že vašich jako které může od při",
    "hu": "a az és hogy nem egy is vagy adatok személyes meg ha az ön mi ezt által olyan ezek valamint kell",
    "ro": "de și în a la cu pentru că sau sunt nu pe care din o date personale dumneavoastră este prin ale mai",
    "tr": "ve bir bu için ile veya kişisel olarak veri verilerin olan da de size bize bilgi sizin tarafından daha",
    "id": "yang dan untuk dari kami anda dengan di ini atau pribadi data dapat pada tidak kepada informasi",
}
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _code, _words in _FUNCTION_WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _code)

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_WORD = re.compile(r"[^\W\d_]+")


def language(text: str) -> str | None:
    """Return the two-letter code of a text's language; None for a short text, or for one that fits no language known here."""
    letters = sum(map(str.isalpha, text[:20_000])) or 1
    if not text.isascii():
        for code, script in _SCRIPTS:
            if len(script.findall(text[:20_000])) > 0.3 * letters:
                return "uk" if code == "ru" and _UKRAINIAN.search(text) else code
    found = _WORD.findall(text.lower())
    if len(found) < LEAST_WORDS:
        return None
    votes: Counter[str] = Counter()
    for word, times in Counter(found).items():
        for code in _LANGUAGES.get(word, ()):
            votes[code] += times
    best = min(votes, key=lambda code: (-votes[code], code), default=None)
    return best if best and votes[best] >= LEAST_SHARE * len(found) else None


def other_languages(paragraphs: Iterable[str], main: str | None) -> list[str]:
    """Return the codes of the languages, other than the main one, that a good part of the paragraphs is in."""
    words: Counter[str] = Counter()
    for paragraph in paragraphs:
        if (size := len(_WORD.findall(paragraph))) >= 2 * LEAST_WORDS:
            words[language(paragraph) or ""] += size
    whole = words.total() or 1
    return sorted(
        code for code, size in words.items() if code and code != main and size >= SECOND_SHARE * whole
    )
