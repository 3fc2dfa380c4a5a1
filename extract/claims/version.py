"""Which rules recognise claims: claims of other rules are not comparable."""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_CODE = "1"  # another number: the same rules are applied in another way


@cache
def version() -> str:
    """Return the version of the rules: a number, and a hash of their files in 12 hexadecimal digits."""
    folder = resources.files(__package__).joinpath("rules")
    hashed = hashlib.sha256()
    for name, content in sorted(_files(folder, "")):
        hashed.update(f"{name} {len(content)}\n".encode() + content)
    return f"{_CODE}-{hashed.hexdigest()[:12]}"


def _files(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _files(one, f"{path}{one.name}/")
        elif one.name.endswith(".toml"):
            found.append((f"{path}{one.name}", one.read_bytes()))
    return found
