"""The region that an address names: `/en-gb/`, `?country=us`, `uk.shop.example`, `shop.de`.

The main policy is for the country and the language of the retailer's domain:

- The country is the country of the top-level domain (`.co.uk`: the United Kingdom). A domain such as `.com`
  has none. Then it is the country that the language of the home page stands for (`en`: the United States, the
  home of most archived shops under `.com`). Some languages stand for none.
- The language is the language of the home page, or else the first language of the country, or else English.

An address that names another country or language is an address of a regional policy.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from extract.domains import host_of, registered_domain

_LANGUAGE_CODES = (
    "en de fr es it nl pt sv da no nb fi pl cs sk hu ro tr ja zh ko ru uk el he bg hr sl et lv lt th vi"
)
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
# The countries with a language as their first language.
_COUNTRIES_OF = {
    "en": "us gb uk ie au nz ca za in sg ae my ph",
    "de": "de at ch li",
    "fr": "fr lu",
    "nl": "be nl",
    "es": "es mx cl pe ar",
    "it": "it",
    "pt": "pt br",
    "sv": "se",
    "da": "dk",
    "no": "no",
    "fi": "fi",
    "pl": "pl",
    "cs": "cz",
    "sk": "sk",
    "hu": "hu",
    "ro": "ro",
    "tr": "tr",
    "el": "gr",
    "ja": "jp",
    "zh": "cn hk tw",
    "ko": "kr",
    "ru": "ru",
    "uk": "ua",
    "he": "il",
    "bg": "bg",
    "hr": "hr",
    "sl": "si",
    "et": "ee",
    "lv": "lv",
    "lt": "lt",
    "th": "th",
    "vi": "vn",
    "id": "id",
}
_COUNTRIES = {country: language for language, codes in _COUNTRIES_OF.items() for country in codes.split()}
# The country for which a language stands. Spanish, Portuguese and Chinese stand for no single country.
_HOME_CODES = (
    "en-us de-de fr-fr it-it nl-nl sv-se da-dk no-no fi-fi pl-pl"
    " cs-cz sk-sk hu-hu ro-ro tr-tr el-gr ja-jp ko-kr ru-ru"
)
_HOMES = dict(pair.split("-") for pair in _HOME_CODES.split())
# Codes that have another meaning in most addresses: /cs/ (customer service), /hr/ (human resources), /my/ (my
# account), /id/, /in/.
_WORDS = frozenset({"cs", "hr", "he", "et", "vi", "el", "my", "id", "in", "il", "ar", "th", "ph"})
_PARAMETERS = re.compile(
    r"(?:country|locale|lang|language|region|market|site|cc|lc|hl|lng|l|c|loc|country_?code|lang_?code)", re.I
)
_COUNTRY_PARAMETERS = frozenset({"c", "cc", "country", "country_code", "countrycode"})
_PAIR = re.compile(r"(?<![a-z0-9])([a-z]{2})[-_]([a-z]{2})(?![a-z0-9])")
_SUFFIXED = re.compile(r"privac[a-z]{0,30}[-_.]([a-z]{2})(?:\.[a-z]{2,5})?$|(?:^|/)([a-z]{2})[-_.]privac")


@dataclass(frozen=True)
class Region:
    """A language and a country, as two-letter codes in lower case; an empty string for none.

    The United Kingdom is always `gb`, never `uk`.
    """

    language: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.language or self.country)

    def __str__(self) -> str:
        return "-".join(filter(None, (self.language, self.country.upper())))


def region_of(url: str, domain: str, language: str | None = None) -> Region:
    """Return the region that an address names; an empty `Region()` if it names none.

    The host is examined first, then the path, then the query. `domain` is the retailer's domain, which itself
    names no region here. A code that may be a word (`/cs/`) counts only if it is the language of the text,
    `language`. This function never raises.
    """
    return _of_host(url, domain) or _of_path(url, language) or _of_query(url)


def main_region(domain: str, home_language: str | None) -> Region:
    """Return the region of the retailer's main policy.

    `home_language` is the language of the home page, or None if unknown.
    """
    country = _country_of(domain)
    language = _normal_language(home_language or _COUNTRIES.get(country, "en"))
    return Region(language, country or _HOMES.get(language, ""))


def is_main(region: Region, domain: str, home_language: str | None) -> bool:
    """Return whether a region belongs to the main policy: no other country, no other language."""
    main = main_region(domain, home_language)
    country = not (region.country and main.country) or region.country == main.country
    return country and (not region.language or region.language == main.language)


def _country_of(domain: str) -> str:
    """Return the country that a domain names in its first or last part; empty for none.

    Examples: `uk.shop.example` and `shop.co.uk` name `gb`.
    """
    labels = host_of(domain).split(".")
    if ".".join(labels) != registered_domain(domain) and (first := _region_of_code(labels[0])).country:
        return first.country
    return _normal_country(labels[-1]) if labels[-1] in _COUNTRIES else ""


def _of_host(url: str, domain: str) -> Region:
    host = host_of(url)
    registered = registered_domain(host)
    if host == domain or host.endswith(f".{domain}"):
        labels = host.removesuffix(domain).strip(".").split(".")
    else:
        labels = host.removesuffix(registered).strip(".").split(".")
        if (country := _country_of(registered)) and country != _country_of(domain):
            return Region("", country)
    return next(filter(None, map(_region_of_code, labels)), Region()) if labels != [""] else Region()


def _of_path(url: str, language: str | None) -> Region:
    path = unquote(_split(url)[0]).lower()
    segments = [segment for segment in path.split("/") if segment]
    for segment in segments:
        if (pair := _PAIR.search(segment)) and (found := _region_of_pair(pair[1], pair[2])):
            return found
    first, second = map(_region_of_code, (*segments, "", "")[:2])
    if first and second:
        return _region_of_pair(segments[0], segments[1]) or first
    if first and (segments[0] not in _WORDS or segments[0] == language):
        return first
    suffix = _SUFFIXED.search(path)
    return _region_of_code(suffix[1] or suffix[2]) if suffix else Region()


def _of_query(url: str) -> Region:
    language = country = ""
    for name, value in parse_qsl(_split(url)[1][:2000]):
        if _PARAMETERS.fullmatch(name):
            pair = _PAIR.fullmatch(value.lower())
            found = _region_of_pair(pair[1], pair[2]) if pair else _region_of_code(value.lower())
            if name.lower() in _COUNTRY_PARAMETERS and value.lower() in _COUNTRIES:
                found = Region("", _normal_country(value.lower()))
            language, country = language or found.language, country or found.country
    return Region(language, country)


def _region_of_code(code: str) -> Region:
    """Return the region of one code; an empty region for an unknown code.

    `de` is read as a language, and `uk` as a country (not as Ukrainian).
    """
    code = code.lower()
    if pair := _PAIR.fullmatch(code):
        return _region_of_pair(pair[1], pair[2])
    if code in _LANGUAGES and code != "uk":
        return Region(_normal_language(code), "")
    return Region("", _normal_country(code)) if code in _COUNTRIES else Region()


def _region_of_pair(one: str, other: str) -> Region:
    """Return the region of two codes, as in `en-gb` or `gb-en`; an empty region for others."""
    if one in _LANGUAGES and other in _COUNTRIES and not (one == "uk" and other != "ua"):
        return Region(_normal_language(one), _normal_country(other))
    if other in _LANGUAGES and one in _COUNTRIES:
        return Region(_normal_language(other), _normal_country(one))
    return Region()


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, parts.query


def _normal_country(country: str) -> str:
    return "gb" if country == "uk" else country


def _normal_language(language: str) -> str:
    return "no" if language in {"nb", "nn"} else language[:2].lower()
