"""Words that are typical of privacy policies, in several languages.

They are in ``extract/lexicon/policy_terms.toml``, for the languages of the shops in the example lists.
"""

from __future__ import annotations

import re
from itertools import chain

from extract import lexicon

_LISTS = lexicon.load("policy_terms")


def _any_term() -> str:
    """Return one regular expression for all terms.

    Terms with the same first letter are in one group. So only a few alternatives are tried at each word.
    """
    groups: dict[str, list[str]] = {}
    for term in chain.from_iterable(_LISTS["terms"].values()):
        groups.setdefault(term[0], []).append(term[1:])
    return "|".join(f"{letter}(?:{'|'.join(terms)})" for letter, terms in groups.items())


_TERMS = re.compile(rf"\b(?:{_any_term()})")

NAME = re.compile("|".join(chain.from_iterable(_LISTS["names"].values())), re.I)
"""Names of privacy policies. They are searched in titles, headings and the last part of addresses."""


def terms(text: str) -> tuple[str, ...]:
    """Return the policy terms in a text, in lower case and with repetitions."""
    return tuple(_TERMS.findall(text.lower()))
