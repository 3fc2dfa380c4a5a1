"""Measure the findings on short pairs of German and French texts (`tests/db/findings/pairs`).

The texts are our own, about shops that do not exist, and so is the judgement. A finding is right if a reader
expects one of its kind and move for the same pair. `pairs` were written before the rules, and the rules were
mended by their errors; `later` were written after them.

Run: python benchmarks/languages.py [LANGUAGE]      With LANGUAGE, it also prints the errors.
"""

import sys
import tomllib
from collections import Counter
from itertools import product
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from db.findings.findings import findings
from db.history.comparison.differences import differences
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from extract.claims import Paragraph, sentences

PAIRS = Path(__file__).parents[1] / "tests" / "db" / "findings" / "pairs"
AROUND = {
    "de": ("# Datenschutz\n\nDanke, dass Sie uns besuchen.\n\n", "\n\nIhr Laternenladen"),
    "fr": ("# Vie privée\n\nMerci de votre visite.\n\n", "\n\nVotre boutique de lanternes"),
}


class Judged(NamedTuple):
    """A pair of texts, with the findings that the rules make and those that a reader expects: "kind move"."""

    before: str
    after: str
    found: Counter[str]
    expected: Counter[str]


def judged(language: str, part: str = "pairs") -> list[Judged]:
    """Return the pairs of a language with their findings. `part` is "pairs" or "later"."""
    pairs = tomllib.loads((PAIRS / f"{language}.toml").read_text(encoding="utf-8"))[part]
    return [
        Judged(before, after, Counter(_found(before, after, language)), Counter(expected))
        for before, after, expected in pairs
    ]


def _found(before: str, after: str, language: str) -> list[str]:
    old, new = (TokenizedText(text.join(AROUND[language])) for text in (before, after))
    words = Words(old), Words(new)
    found = findings(
        *words,
        differences(*words, compare(old, new)),
        (language, language),
        lambda paragraphs, code: sentences([Paragraph(*one) for one in paragraphs], code),
    )
    return [f"{one.kind} {one.move}" for one in found]


def main() -> None:
    """Print the figures of each language."""
    for language, part in product(AROUND, ("pairs", "later")):
        pairs = judged(language, part)
        right = sum((one.found & one.expected).total() for one in pairs)
        found = sum(one.found.total() for one in pairs)
        expected = sum(one.expected.total() for one in pairs)
        silent = [one for one in pairs if not one.expected]
        print(
            f"{language}: {len(pairs)} {part}, precision {right / max(1, found):.2f} of {found}, "
            f"recall {right / expected:.2f} of {expected}, "
            f"false alarms on {sum(bool(one.found) for one in silent)} of {len(silent)} without meaning"
        )
        for one in pairs if language in sys.argv else ():
            if one.found != one.expected:
                print(f"  {one.before!r} -> {one.after!r}")
                print(f"    found {dict(one.found)}, expected {dict(one.expected)}")


if __name__ == "__main__":
    main()
