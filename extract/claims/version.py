"""Which rules recognise claims: claims of other rules are not comparable."""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_READ = (".toml", ".py")


@cache
def version() -> str:
    """Return the version of the rules: a hash of their files and of the code that applies them.

    It has 12 hexadecimal digits.
    """
    return digest_of(resources.files(__package__))[:12]


def digest_of(folder: Traversable) -> str:
    """Return the SHA-256 of the rules and modules in a folder and its folders, in hexadecimal digits."""
    hashed = hashlib.sha256()
    for name, content in sorted(_files(folder, "")):
        hashed.update(f"{name} {len(content)}\n".encode() + content)
    return hashed.hexdigest()


def _files(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _files(one, f"{path}{one.name}/")
        elif one.name.endswith(_READ):
            found.append((f"{path}{one.name}", one.read_bytes()))
    return found
