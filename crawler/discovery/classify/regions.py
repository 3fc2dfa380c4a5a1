"""For which region an address stands: `/en-gb/`, `/de/`, `?country=us`, `uk.shop.example`, `shop.de`.

The rule: **the main policy is that of the country and language for which the retailer's domain stands.** The country is that
of the domain's own top level (`.co.uk`: the United Kingdom), else that of the home page's language where the language has one
home (`en`: the United States, where most of the shops are whose policies were archived under `.com`); the language is that of
the home page, else the country's, else English. An address that names another country or language is a region's; one that
names none is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from extract.domains import host_of, registered_domain

_LANGUAGE_CODES = (
    "en de fr es it nl pt sv da no nb fi pl cs sk hu ro tr ja zh ko ru uk el he bg hr sl et lv lt th vi"
)
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
# Countries, each with the first of its languages.
_COUNTRIES = {
    "us": "en", "gb": "en", "uk": "en", "ie": "en", "au": "en", "nz": "en", "ca": "en", "za": "en", "in": "en", "sg": "en",
    "de": "de", "at": "de", "ch": "de", "li": "de", "fr": "fr", "lu": "fr", "be": "nl", "nl": "nl", "es": "es", "mx": "es",
    "cl": "es", "pe": "es", "ar": "es", "it": "it", "pt": "pt", "br": "pt", "se": "sv", "dk": "da", "no": "no", "fi": "fi",
    "pl": "pl", "cz": "cs", "sk": "sk", "hu": "hu", "ro": "ro", "tr": "tr", "gr": "el", "jp": "ja", "cn": "zh", "hk": "zh",
    "tw": "zh", "kr": "ko", "ru": "ru", "ua": "uk", "il": "he", "bg": "bg", "hr": "hr", "si": "sl", "ee": "et", "lv": "lv",
    "lt": "lt", "th": "th", "vn": "vi", "ae": "en", "my": "en", "ph": "en", "id": "id",
}  # fmt: skip
# The country that a language alone stands for. Of Spanish, Portuguese and Chinese nobody can tell.
_HOMES = {
    "en": "us", "de": "de", "fr": "fr", "it": "it", "nl": "nl", "sv": "se", "da": "dk", "no": "no", "fi": "fi", "pl": "pl",
    "cs": "cz", "sk": "sk", "hu": "hu", "ro": "ro", "tr": "tr", "el": "gr", "ja": "jp", "ko": "kr", "ru": "ru",
}  # fmt: skip
# Codes that are words of addresses more often than regions: /cs/ (customer service), /hr/, /my/ (account), /id/, /in/.
_WORDS = frozenset({"cs", "hr", "he", "et", "vi", "el", "my", "id", "in", "il", "ar", "th", "ph"})
_PARAMETERS = re.compile(
    r"(?:country|locale|lang|language|region|market|site|cc|lc|hl|lng|l|c|loc|country_?code|lang_?code)", re.I
)
_PAIR = re.compile(r"(?<![a-z0-9])([a-z]{2})[-_]([a-z]{2})(?![a-z0-9])")
_SUFFIXED = re.compile(r"privac[a-z]*[-_.]([a-z]{2})(?:\.[a-z]{2,5})?$|(?:^|/)([a-z]{2})[-_.]privac")


@dataclass(frozen=True)
class Region:
    """A region: two-letter codes of its language and country in lower case (gb, never uk), "" for one that is not said."""

    language: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.language or self.country)

    def __str__(self) -> str:
        return "-".join(filter(None, (self.language, self.country.upper())))


def region_of(url: str, domain: str, language: str | None = None) -> Region:
    """Return the region that an address of a retailer names: in its host, else its path, else its query; none: `Region()`.

    `domain` is the retailer's; what it says itself is no region. A code that is as likely a word (`/cs/`, customer service)
    counts only where the text's `language` is the same. Never raises.
    """
    return _of_host(url, domain) or _of_path(url, language) or _of_query(url)


def main_region(domain: str, home_language: str | None) -> Region:
    """Return the region of the retailer's main policy, by the rule of this module; `home_language` None for not known."""
    country = _country_of(domain)
    language = _one(home_language or _COUNTRIES.get(country, "en"))
    return Region(language, country or _HOMES.get(language, ""))


def is_main(region: Region, domain: str, home_language: str | None) -> bool:
    """Whether a region is that of the main policy: it names no other country and no other language."""
    main = main_region(domain, home_language)
    country = not (region.country and main.country) or region.country == main.country
    return country and (not region.language or region.language == main.language)


def _country_of(domain: str) -> str:
    """Return the country of a domain's first label (`uk.shop.example`) or of its last one; "" for a domain of no country."""
    labels = host_of(domain).split(".")
    if ".".join(labels) != registered_domain(domain) and (first := _code(labels[0])).country:
        return first.country
    return _gb(labels[-1]) if labels[-1] in _COUNTRIES else ""


def _of_host(url: str, domain: str) -> Region:
    host = host_of(url)
    registered = registered_domain(host)
    if host == domain or host.endswith(f".{domain}"):
        labels = host.removesuffix(domain).strip(".").split(".")
    else:
        labels = host.removesuffix(registered).strip(".").split(".")
        if (country := _country_of(registered)) and country != _country_of(domain):
            return Region("", country)
    return next(filter(None, map(_code, labels)), Region()) if labels != [""] else Region()


def _of_path(url: str, language: str | None) -> Region:
    path = unquote(_split(url)[0]).lower()
    segments = [segment for segment in path.split("/") if segment]
    for segment in segments:
        if (pair := _PAIR.search(segment)) and (found := _pair(pair[1], pair[2])):
            return found
    first, second = map(_code, (*segments, "", "")[:2])
    if first and second:
        return _pair(segments[0], segments[1]) or first
    if first and (segments[0] not in _WORDS or segments[0] == language):
        return first
    suffix = _SUFFIXED.search(path)
    return _code(suffix[1] or suffix[2]) if suffix else Region()


def _of_query(url: str) -> Region:
    language = country = ""
    for name, value in parse_qsl(_split(url)[1][:2000]):
        if _PARAMETERS.fullmatch(name):
            pair = _PAIR.fullmatch(value.lower())
            found = _pair(pair[1], pair[2]) if pair else _code(value.lower())
            if (
                name.lower() in {"c", "cc", "country", "country_code", "countrycode"}
                and value.lower() in _COUNTRIES
            ):
                found = Region("", _gb(value.lower()))
            language, country = language or found.language, country or found.country
    return Region(language, country)


def _code(code: str) -> Region:
    """Return the region of one code. `de` is a language before it is a country; `uk` is a country before it is Ukrainian."""
    code = code.lower()
    if pair := _PAIR.fullmatch(code):
        return _pair(pair[1], pair[2])
    if code in _LANGUAGES and code != "uk":
        return Region(_one(code), "")
    return Region("", _gb(code)) if code in _COUNTRIES else Region()


def _pair(one: str, other: str) -> Region:
    """Return the region of `en-gb` or `gb-en`; none if these are not a language and a country."""
    if one in _LANGUAGES and other in _COUNTRIES and not (one == "uk" and other != "ua"):
        return Region(_one(one), _gb(other))
    if other in _LANGUAGES and one in _COUNTRIES:
        return Region(_one(other), _gb(one))
    return Region()


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, parts.query


def _gb(country: str) -> str:
    return "gb" if country == "uk" else country


def _one(language: str) -> str:
    return "no" if language in {"nb", "nn"} else language[:2].lower()
