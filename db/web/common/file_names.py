"""Names of archive files that cannot be served, because the server's own addresses would hide their pages."""

from pathlib import Path

from db.errors import ServedNameError

# `/web/…` and `/cdx/…` are addresses of the Wayback Machine, and `/-/…` of Datasette.
_RESERVED = ("web", "cdx", "-")
# Datasette opens a file by an address of SQLite, and does not escape these characters.
_SPECIAL = "?#%"


def is_reserved(stem: str) -> bool:
    """Return whether a name, without `.db`, begins other addresses of the server."""
    return stem in _RESERVED


def is_special(path: Path) -> bool:
    """Return whether Datasette cannot open a file at a path, or in a folder."""
    return any(character in str(path) for character in _SPECIAL)


def check(path: Path) -> None:
    """Check that an archive file can be served. Raises ServedNameError."""
    if is_reserved(path.stem):
        raise ServedNameError(
            f"{path.name} cannot be served: other addresses begin with /{path.stem}/; rename the file"
        )
    if is_special(path):
        raise ServedNameError(f"{path} cannot be served, as its path has ? # or %; rename the file or folder")
