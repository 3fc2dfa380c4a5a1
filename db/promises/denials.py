"""Whether a statement denies something: "we do not sell", "you cannot opt out"."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from db.promises.statement import Stated

_OF_PEOPLE = frozenset({"right", "choice"})


class DenialWords(NamedTuple):
    """Words of a language: with `stands`, a right that seems denied stands, except with `always`."""

    always: re.Pattern[str]
    stands: tuple[re.Pattern[str], ...]


def denies(one: Stated) -> bool:
    """Return whether a statement denies what it is about.

    A right or a choice can have a negation and stand: "you can choose not to get letters" denies nothing.
    """
    if one.polarity != "denies":
        return False
    words = no_denials().get(one.language)
    if not words or one.kind not in _OF_PEOPLE or words.always.search(one.quote):
        return True
    return not any(found.search(one.quote) for found in words.stands)


@cache
def no_denials() -> dict[str, DenialWords]:
    """Return the list `no_denials.toml`, language -> words."""
    text = resources.files(__package__).joinpath("no_denials.toml").read_text(encoding="utf-8")
    return {
        language: DenialWords(_compiled(words["always"]), tuple(map(_compiled, words["stands"])))
        for language, words in tomllib.loads(text).items()
    }


def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)
