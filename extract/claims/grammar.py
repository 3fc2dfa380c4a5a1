"""How a language writes sentences, clauses, negations and verbs like "may": the data in its `words.toml`."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_NOTHING = "(?!)"


class Grammar(NamedTuple):
    """The expressions of a language that do not depend on a kind of claims.

    `abbreviation` matches a word with a full stop that does not end a sentence. `break_` stands
    between two clauses. `negation` and `modality` are words of a clause. `statement` shows that a sentence
    with many capitals is no heading.
    """

    abbreviation: re.Pattern[str]
    break_: re.Pattern[str]
    negation: re.Pattern[str]
    modality: re.Pattern[str]
    statement: re.Pattern[str]


def grammar(table: Mapping[str, str]) -> Grammar:
    """Return the grammar in a table `[grammar]`. What the table leaves out matches nothing."""
    return Grammar(*(re.compile(table.get(name.strip("_"), _NOTHING)) for name in Grammar._fields))
