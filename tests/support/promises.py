"""Promises and their paraphrases, and whether a ledger follows them."""

import tomllib
from typing import NamedTuple

from crawler.workers.tasks import read_claims
from db.claims.reading import read_text
from db.promises.ledger import promises
from db.promises.statement import ShownVersion, Stated
from tests.support.paths import ROOT

# What stands beside the promise in both versions.
_BESIDE = """

We collect your name when you order. You can choose the frequency of our messages.

We share your information with the shops of our group. We keep backups of our shop for five years.

You have the right to obtain a list of the firms that we work with. Persons under 21 may not buy beer here.
"""


class Paraphrase(NamedTuple):
    """A promise of a kind, re-wordings that promise the `same`, and statements that do not."""

    kind: str
    text: str
    same: tuple[str, ...]
    other: tuple[str, ...]


def paraphrases() -> list[Paraphrase]:
    """Return the paraphrases in tests/db/promises."""
    file = ROOT / "tests" / "db" / "promises" / "paraphrases.toml"
    every = tomllib.loads(file.read_text(encoding="utf-8"))["promise"]
    return [Paraphrase(one["kind"], one["text"], tuple(one["same"]), tuple(one["other"])) for one in every]


def stated(text: str, language: str = "en") -> tuple[Stated, ...]:
    """Return what a text states."""
    return tuple(
        Stated(one.kind, one.polarity, one.subject, one.value, one.unit, one.scope, one.quote, language)
        for one in read_text(f"# Privacy\n\n{text}", language, read_claims)
    )


def goes_on(promise: str, other: str, language: str = "en") -> bool:
    """Return whether all that a promise states goes on when other words take its place."""
    beside, steps = set(stated(_BESIDE, language)), []
    for number, text in enumerate((promise, other), 1):
        steps.append(ShownVersion(number, f"201{number}", f"201{number}", stated(text + _BESIDE, language)))
    first = [
        one
        for one in promises(steps)
        if one.first_with == "2011" and not any(word.stated in beside for word in one.wordings)
    ]
    return bool(first) and all(one.first_without is None for one in first)
