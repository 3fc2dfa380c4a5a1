"""Names of archive files that cannot be served, because the server's own addresses would hide their pages."""

from pathlib import Path

from db.errors import ServedNameError

# `/web/…` and `/cdx/…` are addresses of the Wayback Machine, and `/-/…` of Datasette.
_RESERVED = ("web", "cdx", "-")
# Datasette opens a file by an address of SQLite, and does not escape these characters.
_SPECIAL = "?#%"


def check(path: Path) -> None:
    """Check that an archive file can be served. Raises ServedNameError."""
    if path.stem in _RESERVED:
        raise ServedNameError(
            f"{path.name} cannot be served: other addresses begin with /{path.stem}/; rename the file"
        )
    if any(character in str(path) for character in _SPECIAL):
        raise ServedNameError(f"{path} cannot be served, as its path has ? # or %; rename the file or folder")
