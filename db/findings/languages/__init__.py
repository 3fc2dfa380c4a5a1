"""What the comparison of two texts has to know of each language: one TOML file for each."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any


@cache
def languages() -> tuple[str, ...]:
    """Return the languages with a file, two-letter codes."""
    files = (file.name for file in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def table(language: str) -> dict[str, Any]:
    """Return the data of a language, a two-letter code; {} for a language without a file."""
    return tomllib.loads(_source(language).decode()) if language in languages() else {}


def tables() -> Iterator[dict[str, Any]]:
    """Yield the data of all languages."""
    yield from map(table, languages())


def _source(language: str) -> bytes:
    return resources.files(__package__).joinpath(f"{language}.toml").read_bytes()
