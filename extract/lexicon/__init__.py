"""Word lists by language, shared by extraction and discovery; each is a TOML file in this folder."""

import tomllib
from importlib import resources
from typing import Any


def load(name: str) -> dict[str, Any]:
    """Return the word list in `<name>.toml`, its tables and entries in the order of the file.

    Raises FileNotFoundError for a name without a file.
    """
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
