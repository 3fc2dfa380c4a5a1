"""What the comparison of two texts has to know of each language: one TOML file for each."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("de", "en", "fr")


@cache
def table(language: str) -> dict[str, Any]:
    """Return the data of a language, a two-letter code; {} for a language without a file."""
    return tomllib.loads(_source(language).decode()) if language in LANGUAGES else {}


def tables() -> Iterator[dict[str, Any]]:
    """Yield the data of all languages."""
    yield from map(table, LANGUAGES)


def source() -> bytes:
    """Return the files of all languages."""
    return b"".join(map(_source, LANGUAGES))


def _source(language: str) -> bytes:
    return resources.files(__package__).joinpath(f"{language}.toml").read_bytes()
