"""Words by which a privacy policy is known, in several languages.

They are in extract/lexicon/policy_terms.toml, for the languages in which the shops of the lists publish.
"""

from __future__ import annotations

import re
from itertools import chain

from extract import lexicon

_LISTS = lexicon.load("policy_terms")


def _any_term() -> str:
    """Return one expression for all terms, grouped by their first letters.

    So only few alternatives are tried at each word.
    """
    groups: dict[str, list[str]] = {}
    for term in chain.from_iterable(_LISTS["terms"].values()):
        groups.setdefault(term[0], []).append(term[1:])
    return "|".join(f"{letter}(?:{'|'.join(terms)})" for letter, terms in groups.items())


_TERMS = re.compile(rf"\b(?:{_any_term()})")

NAME = re.compile("|".join(chain.from_iterable(_LISTS["names"].values())), re.I)
"""The name of a privacy policy, in titles, headings and the last part of addresses."""


def terms(text: str) -> tuple[str, ...]:
    """Return the policy terms of a text in lower case, repeated ones each time."""
    return tuple(_TERMS.findall(text.lower()))
