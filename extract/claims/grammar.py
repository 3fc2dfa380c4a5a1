"""How a language writes sentences, clauses, negations and verbs like "may": the data in its `words.toml`."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_NOTHING = "(?!)"


class Grammar(NamedTuple):
    """The expressions of a language that do not depend on a kind of claims.

    - `abbreviation`: a word with a full stop that does not end a sentence
    - `break_`: what stands between two clauses
    - `statement`: shows that a sentence with many capitals is no heading
    - `speaker`: shows that a company in the sentence is the one that speaks, and no recipient
    - `introduction`: stands between a word like "partners" and their names; `no_name`: begins no name
    - `processor`: a title of those that get data, as "sub-processor"; `category`: a cell below such a title
      that names nobody; `named`: another title of names, as "company"
    - `negation`: a word that negates; `until`: where its effect ends; `receiver`: what stands between the
      words of a rule and a negation after them that still negates them ("we share them with nobody")
    - `condition`: a word that begins a condition; `subject`: a pronoun that begins another clause
    - `modality`: a modal verb, as a group with the name of its meaning (modality.py)
    """

    abbreviation: re.Pattern[str]
    break_: re.Pattern[str]
    statement: re.Pattern[str]
    speaker: re.Pattern[str]
    introduction: re.Pattern[str]
    no_name: re.Pattern[str]
    processor: re.Pattern[str]
    category: re.Pattern[str]
    named: re.Pattern[str]
    negation: re.Pattern[str]
    until: re.Pattern[str]
    receiver: re.Pattern[str]
    condition: re.Pattern[str]
    subject: re.Pattern[str]
    modality: re.Pattern[str]


def grammar(table: Mapping[str, str]) -> Grammar:
    """Return the grammar in a table `[grammar]`. What the table leaves out matches nothing."""
    return Grammar(*(re.compile(table.get(name.strip("_"), _NOTHING)) for name in Grammar._fields))
