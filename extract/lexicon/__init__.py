"""Word lists, which extraction and discovery share.

``languages/`` has a TOML file for each language (docs/extraction.md "Languages"). The other lists are of no
language, or of all languages.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any


def load(name: str) -> dict[str, Any]:
    """Return the word list in ``<name>.toml``, with all entries in the order of the file.

    Raises FileNotFoundError if there is no such file.
    """
    return tomllib.loads(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def by_language(*keys: str) -> dict[str, list[Any]]:
    """Return the words of each language that has them: two-letter code -> list, sorted by code.

    ``keys`` name the list in the files of the languages: ``"terms"``, or ``"page", "missing"`` for a list in
    a table.
    """
    found: dict[str, list[Any]] = {}
    for code, entry in _languages():
        words: Any = entry
        for key in keys:
            words = words.get(key, {})
        if words:
            found[code] = words
    return found


def of_all(*keys: str) -> Iterator[str]:
    """Yield the words of all languages in one list of their files (``keys`` as in ``by_language``)."""
    return chain.from_iterable(by_language(*keys).values())


@cache
def _languages() -> list[tuple[str, dict[str, Any]]]:
    files = sorted(_folder().joinpath("languages").iterdir(), key=lambda file: file.name)
    return [
        (file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")))
        for file in files
        if file.name.endswith(".toml")
    ]


def _folder() -> Traversable:
    return resources.files(__package__)
