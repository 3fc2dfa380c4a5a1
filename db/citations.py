"""Citations of a version or a comparison: a sentence, BibTeX, and CSL-JSON for reference managers."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlite_utils import Database

from db.history.comparison.differences import Size
from db.history.good_captures import GoodCapture
from db.known_archives import KNOWN, read_address
from db.query.comparisons import Comparison

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


class CaptureLink(NamedTuple):
    """A good capture (verdict `policy`): its moment, web archive and address."""

    captured_at: str
    archive: str
    timestamp: str
    original: str
    replay_key: str | None = None

    @property
    def address(self) -> str | None:
        """The capture's address in the web archive, or None if others cannot reach that archive."""
        return read_address(self.archive, self.replay_key or self.timestamp, self.original)

    @property
    def archive_title(self) -> str:
        """The name of the web archive for people."""
        return KNOWN[self.archive].title if self.archive in KNOWN else self.archive


def link(capture: GoodCapture) -> CaptureLink:
    """Return the link to a good capture."""
    return CaptureLink(
        capture.captured_at, capture.archive, capture.timestamp, capture.original, capture.replay_key
    )


@dataclass(frozen=True)
class Citation:
    """What is cited, by whom it is, and its evidence.

    `who` is the retailer, `what` says what is known of the dates, `captures` are the captures that show it,
    the decisive one last, and `sha256` are the hashes of their texts (Markdown as stored, 64 hex digits), in
    the same order. `address` is the lasting public address of the page, or "" if the server has none.
    `accessed` is the day of access, or None if it is not known.
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
    def text(self) -> str:
        """The whole citation as lines of text: the sentence with the day of access, and the hashes."""
        day = f" on {self.accessed}" if self.accessed else ""
        hashes = ", ".join(self.sha256)
        return (
            f"{self.sentence} Read with policytrail{day}.\n"
            f"SHA-256 of the {_texts(self.sha256)} (Markdown as stored): {hashes}."
        )

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


def of_comparison(db: Database, compared: Comparison, accessed: date | None) -> Citation:
    """Return the citation of two captures of a policy, without the address of a page.

    `accessed` is the day of access, or None for a text that is read on another day.
    """
    policy_id, domain, name = db.execute(
        """select p.id, r.domain, r.name from pages g join policies p on p.id = g.policy_id
        join retailers r on r.domain = p.retailer where g.id = ?""",
        [compared.new.page_id],
    ).fetchone()
    captures = link(compared.old), link(compared.new)
    hashes = text_sha256(db, compared.old), text_sha256(db, compared.new)
    what = dates(captures, _size_of_change(db, policy_id, compared))
    return Citation(who(domain, name), domain, what, captures, hashes, "", accessed)


def who(domain: str, name: str | None) -> str:
    """Return the retailer in a citation: its name and domain."""
    return f"{name} ({domain})" if name else domain


def dates(captures: Sequence[CaptureLink], change: Size | None) -> str:
    """Return what a citation says of the dates: the bracket of a change, or the days of two captures.

    `change` is the size of the change that happened between the two captures, or None.
    """
    old, new = (capture.captured_at[:10] for capture in captures)
    if change:
        return f"changed between {old} and {new} (+{change.words_added} −{change.words_removed} words)"
    return f"as captured on {old} and on {new}"


def place(capture: CaptureLink) -> str:
    """Return the address of a capture in its web archive, or the page and the moment without one."""
    return capture.address or f"{capture.original} at {capture.replay_key or capture.timestamp}"


def text_sha256(db: Database, capture: GoodCapture) -> str:
    """Return the hash of the text of a capture, as stored."""
    (sha256,) = db.execute("select sha256 from texts where id = ?", [capture.text_id]).fetchone()
    return str(sha256)


def _size_of_change(db: Database, policy_id: int, compared: Comparison) -> Size | None:
    """Return the size of the change of wording between the two captures; None without one."""
    found = db.execute(
        "select 1 from changes where policy_id = ? and kind = 'wording' and last_old = ? and first_new = ?",
        [policy_id, compared.old.captured_at, compared.new.captured_at],
    ).fetchone()
    return compared.size if found else None


def _texts(hashes: Sequence[str]) -> str:
    return "texts" if len(hashes) > 1 else "text"


def _parts(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
