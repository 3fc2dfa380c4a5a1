"""Check that the packages `crawler`, `extract` and `db` are those of this policytrail."""

from importlib.util import find_spec
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent


class ShadowedPackageError(ImportError):
    """Another package or folder has the name of one of our packages, and Python finds it first."""


def check() -> None:
    """Raise ShadowedPackageError, with one line that names the place, if Python finds other packages."""
    for name in ("crawler", "extract", "db"):
        spec = find_spec(name)
        places = (spec and (spec.submodule_search_locations or [spec.origin or "nothing"])) or []
        if [Path(place).resolve().parent for place in places] != [_FOLDER]:
            found = places[0] if places else "nothing"
            raise ShadowedPackageError(
                f"Python finds {found} for policytrail's package {name!r}: install policytrail in an "
                "environment of its own (uv tool install, pipx install), or rename that folder"
            )
