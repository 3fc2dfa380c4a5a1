"""How many syllables a word has, by the spelling of its language.

English and French need rules and exceptions, German and Dutch a list of their vowels; Spanish is spelled as
it is spoken. French is counted as it is spoken slowly: an e that ends a word is mute, another one is not.
"""

import re
from collections.abc import Callable
from functools import lru_cache

_KEPT = 50_000  # words of all texts whose number is kept in memory
_VOWELS = re.compile(r"[aeiouy]+")
# Endings and groups that are written with a vowel, and spoken without one, or with two.
_SILENT = re.compile(
    r"(?<=[^aeiouy])e$"  # made, but also able: see _SPOKEN
    r"|(?<=[^aeiouytd])ed$"  # used, named; not stated
    r"|(?<=[^aeiouycgsxz])es$"  # names; not purposes, pages
    r"|(?<=[^aeiouy])e(?=ly$|ful|less|ment|book|fox|hold|land|town|work)"  # safely, careful, household
)
_NO_SILENT = re.compile(r"(?:sh|ch)es$")
_SPOKEN = re.compile(
    r"(?<=[^aeiouylr])les?$"  # able, rules out "rule"
    r"|(?<=[^ctsg])ia(?!ge)|[ct]iat"  # material, associate; not social, marriage
    r"|(?<=[^ctsgxnl])io(?!us)|tio$|(?<=[^ctsgx])iou"  # period, ratio, various; not opinion
    r"|iu[ms]|iet|(?<=[^ct])ien[ct]"  # medium, society, client; not efficient
    r"|(?<=[^aeiouq])uen[ct]|(?<=[^qg])ua[lnrt]|uou|[^q]uity"  # influence, usual, continuous, annuity
    r"|ayer|eo(?!u|ple)|[aeou]ing$|yi|yee|rea[tl](?!ment)|ei(?:ng|ty)$"  # video, doing, carrying, employee
)
_NO_SPOKEN = re.compile(r"deal|great|treat|threat|breat")
_ENGLISH = {
    "the": 1, "business": 2, "businesses": 3, "every": 2, "different": 3, "being": 2, "create": 2,
    "created": 3, "creates": 2, "creating": 3, "area": 3, "areas": 3, "people": 2, "idea": 3, "science": 2,
    "rely": 2, "children": 2, "someone": 2, "something": 2, "sometimes": 2, "website": 2, "websites": 2,
    "therefore": 2, "whereas": 2, "cookie": 2, "cookies": 2, "device": 2, "devices": 3, "service": 2,
    "services": 3, "real": 1, "email": 2, "emails": 2, "via": 2, "our": 1, "are": 1, "there": 1, "reply": 2,
    "europe": 2, "european": 4, "california": 4, "hours": 1, "require": 2, "required": 2, "requires": 2,
    "entire": 2, "entirely": 3, "facebook": 2,
}  # fmt: skip
_GERMAN_VOWELS = re.compile(r"aa|ee|oo|ie|ei|ai|au|eu|äu|[aeiouäöüy]")
_SPANISH_VOWELS = re.compile(
    r"(?:[aáeéoó](?![íú])|[iuüy](?=[aáeéoó])[iuüy]?[aáeéoó])[iuüy]?(?![aáeéoó])|[íú]|[iuüy]+|[aáeéoó]"
)
_DUTCH_VOWELS = re.compile(
    r"aai|ooi|oei|eeuw|ieuw|eau|aa|áá|ee|éé|oo|óó|uu|ie|oe|eu|ui|ij|ei|ai|auw?|ouw?|[aeiouyäëïöüéèêáàóíú]"
)
_FRENCH = "aàâäeéèêëiîïoôöuùûüyœæ"
_FRENCH_VOWELS = re.compile(
    rf"(?:(?<![bcdfgptv][lr])(?:ou|[iuîy])(?=[{_FRENCH}]))?"  # lu in "lui", and not in "client"
    rf"(?:eau|[aeo]u|[aoe]û|œu|[ao]y(?=[{_FRENCH}])|[aeo][iî]|[{_FRENCH}])"
)
_FRENCH_MUTE = re.compile(
    r"(?<=[qg])u(?=[eéèêëiîïy])|(?<=q)u|(?<=g)e(?=[aâo])"  # quand, guide, mangeons
    r"|(?<=[eo]u)i(?=ll|ls?$)"  # feuille
    r"|(?<=[aâàoôuûé])ent$|(?<=[aou]i)ent$"  # créent, étaient; not client
    r"|(?<=..)es?$"
)
_FRENCH_VERB = re.compile(r"(?<=..[^aouéim])ent$")  # utilisent, with exceptions
_FRENCH_NO_VERB = re.compile(
    r"(?:abs|acc|accid|adhér|adolesc|afflu|ag|antécéd|appar|arg|c|cohér|compét|cons|cont|contin|conting|différ"
    r"|diverg|émin|équival|évid|excéd|excell|exig|fréqu|incid|influ|inhér|intellig|l|lat|néglig|par|perman"
    r"|pertin|précéd|prés|présid|prud|réc|rég|résid|souv|subséqu|tal|transpar|urg|v|viol)ent"
)


def _english(word: str) -> int:
    if word in _ENGLISH:
        return _ENGLISH[word]
    count = len(_VOWELS.findall(word))
    if not _NO_SILENT.search(word):
        count -= len(_SILENT.findall(word))
    if not _NO_SPOKEN.search(word):
        count += len(_SPOKEN.findall(word))
    return max(1, count)


def _german(word: str) -> int:
    return max(1, len(_GERMAN_VOWELS.findall(word)))


def _spanish(word: str) -> int:
    silent = re.sub(r"(?<=[gq])u(?=[eéií])", "", word)
    return max(1, len(_SPANISH_VOWELS.findall(silent)))


def _dutch(word: str) -> int:
    return max(1, len(_DUTCH_VOWELS.findall(word)))


def _french(word: str) -> int:
    spoken = word if _FRENCH_NO_VERB.fullmatch(word) else _FRENCH_MUTE.sub("", _FRENCH_VERB.sub("", word))
    return max(1, len(_FRENCH_VOWELS.findall(spoken)))


_BY_LANGUAGE: dict[str, Callable[[str], int]] = {
    "en": _english, "de": _german, "es": _spanish, "fr": _french, "nl": _dutch,
}  # fmt: skip
LANGUAGES = frozenset(_BY_LANGUAGE)


@lru_cache(_KEPT)
def syllables(word: str, language: str) -> int:
    """Return how many syllables a word has; 1 for a word without vowels, as for a number.

    `language` is one of LANGUAGES. The rules are our own, and a word of more than 60 letters is cut.
    """
    return _BY_LANGUAGE[language](word[:60].lower())
