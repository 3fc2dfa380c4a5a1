"""Citations of a version or a comparison: a sentence, BibTeX, and CSL-JSON for reference managers."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from db.web.common.responses import Response
from db.web.common.urls import is_published
from db.web.pages.capture_links import CaptureLink

FORMS = r"\.(?P<form>bib|csl\.json)"  # the end of the address of a citation as data
# Characters with a meaning in BibTeX, and what is written for them.
_BIBTEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_"},
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True)
class Citation:
    """What is cited, by whom it is, and its evidence.

    `who` is the retailer, `what` says what is known of the dates, `captures` are the captures that show it,
    the decisive one last, and `sha256` are the hashes of their texts (Markdown as stored, 64 hex digits), in
    the same order. `address` is the lasting public address of the page, or "" if the server has none.
    """

    who: str
    domain: str
    what: str
    captures: tuple[CaptureLink, ...]
    sha256: tuple[str, ...]
    address: str
    accessed: date | None

    @property
    def sentence(self) -> str:
        """The citation without the address of the page and the day of access."""
        where = "; ".join(f"{capture.archive_title}, {place(capture)}" for capture in self.captures)
        captures = "Captures" if len(self.captures) > 1 else "Capture"
        return f"{self.who}, privacy policy, {self.what}." + (f" {captures}: {where}." if where else "")

    @property
    def key(self) -> str:
        """A key for bibliographies: the domain and the moments of the captures, in ASCII."""
        moments = (re.sub(r"\D", "", capture.captured_at)[:8] for capture in self.captures)
        return "-".join([re.sub(r"[^a-z0-9.]", "", self.domain), *moments])

    @property
    def note(self) -> str:
        """What a bibliography has no field for: dates, captures and hashes."""
        hashes = ", ".join(self.sha256)
        return f"{self.sentence} SHA-256 of the {_texts(self.sha256)}: {hashes}. Read with policytrail."

    @property
    def bibtex(self) -> str:
        """The citation as an entry of BibTeX, with the fields of BibLaTeX too."""
        fields = {
            "author": f"{{{self.who.translate(_BIBTEX)}}}",
            "title": f"Privacy policy, {self.what}".translate(_BIBTEX),
            "year": self._issued[:4],
            "date": self._issued,
            "url": self._url,
            "urldate": self._accessed,
            "note": self.note.translate(_BIBTEX),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@misc{{{self.key},\n{lines}}}\n"

    @property
    def csl(self) -> str:
        """The citation as CSL-JSON: a list with one item."""
        item = {
            "id": self.key,
            "type": "webpage",
            "title": f"Privacy policy, {self.what}",
            "author": [{"literal": self.who}],
            "issued": _parts(self._issued),
            "accessed": _parts(self._accessed),
            "archive": self.captures[-1].archive_title if self.captures else "",
            "archive_location": place(self.captures[-1]) if self.captures else "",
            "URL": self._url,
            "note": self.note,
        }
        return json.dumps(
            [{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2
        )

    @property
    def _issued(self) -> str:
        """The day of the decisive capture, such as `2018-05-28`; "" without captures."""
        return self.captures[-1].captured_at[:10] if self.captures else ""

    @property
    def _accessed(self) -> str:
        return self.accessed.isoformat() if self.accessed else ""

    @property
    def _url(self) -> str:
        """The address of the page, or else that of the decisive capture in its web archive."""
        return self.address or next((capture.address or "" for capture in self.captures[-1:]), "")

    def response(self, form: str) -> Response:
        """Return the citation as a file: BibTeX for the form `bib`, else CSL-JSON."""
        name = f"{self.key}.{form}"
        kind = "application/x-bibtex" if form == "bib" else "application/vnd.citationstyles.csl+json"
        headers = [
            ("content-type", f"{kind}; charset=utf-8"),
            ("content-disposition", f'attachment; filename="{name}"'),
        ]
        return Response(200, headers, (self.bibtex if form == "bib" else self.csl).encode("utf-8", "replace"))


def today() -> date | None:
    """Return the day of access, or None for a page in a file, which is read on another day."""
    return None if is_published() else datetime.now(UTC).date()


def place(capture: CaptureLink) -> str:
    """Return the address of a capture in its web archive, or the page and the moment without one."""
    return capture.address or f"{capture.original} at {capture.replay_key or capture.timestamp}"


def _texts(hashes: Sequence[str]) -> str:
    return "texts" if len(hashes) > 1 else "text"


def _parts(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
