"""Citations on the web: as files for reference managers, and the day of access."""

from datetime import UTC, date, datetime

from db.citations import Citation
from db.web.common.responses import Response
from db.web.common.urls import is_published

FORMS = r"\.(?P<form>bib|csl\.json)"  # the end of the address of a citation as data


def as_file(citation: Citation, form: str) -> Response:
    """Return a citation as a file: BibTeX for the form `bib`, else CSL-JSON."""
    name = f"{citation.key}.{form}"
    kind = "application/x-bibtex" if form == "bib" else "application/vnd.citationstyles.csl+json"
    headers = [
        ("content-type", f"{kind}; charset=utf-8"),
        ("content-disposition", f'attachment; filename="{name}"'),
    ]
    return Response(
        200, headers, (citation.bibtex if form == "bib" else citation.csl).encode("utf-8", "replace")
    )


def today() -> date | None:
    """Return the day of access, or None for a page in a file, which is read on another day."""
    return None if is_published() else datetime.now(UTC).date()
