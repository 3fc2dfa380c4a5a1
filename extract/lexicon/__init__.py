"""Word lists by language, for the extractor and for discovery.

Each list is a TOML file in this folder.
"""

import tomllib
from importlib import resources
from typing import Any


def load(name: str) -> dict[str, Any]:
    """Return the word list in ``<name>.toml``, with all entries in the order of the file.

    Raises FileNotFoundError if there is no such file.
    """
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
