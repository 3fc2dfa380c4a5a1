"""Texts: what the extractor made of bodies, or another tool of pages that are not held. One row for each distinct Markdown."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlite_utils import Database

from db.normalisation import wording_key
from db.schema.ids import text_id
from db.store.capture_states import set_imported_text, set_verdict


class Document(Protocol):
    """What the archive takes of an extracted document (extract.Document has these, and more)."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def words(self) -> int: ...
    @property
    def completeness(self) -> float: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...


IMPORTED = "imported"
"""What stands for the extractor of a text that was imported: another tool made it, and which one nobody can know."""

_STALE = " (before a rebuild)"
_INSERT = """insert into texts (id, sha256, title, markdown, wording, language, words, completeness, extractor)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True)
class Text:
    """A document on its way into the archive, with what can be computed away from the database."""

    sha256: str
    title: str
    markdown: str
    language: str | None
    words: int
    completeness: float
    wording: str
    verdict: str
    reason: str

    @classmethod
    def of(cls, document: Document) -> "Text":
        """Hash a document's text and its wording."""
        return cls(
            hashlib.sha256(document.text.encode()).hexdigest(), document.title, document.text, document.language,
            document.words, document.completeness, wording_key(document.text), document.verdict, document.reason,
        )  # fmt: skip

    @classmethod
    def unreadable(cls, reason: str) -> "Text":
        """What is recorded of a body from which no document could be made."""
        return cls("", "", "", None, 0, 0.0, "", "unreadable", reason)


@dataclass(frozen=True)
class CaptureText:
    """What is recorded of a capture: its verdict and the reason (None before it is judged), and its text ("" for none)."""

    verdict: str | None
    reason: str | None
    title: str
    markdown: str
    language: str | None


def of_capture(db: Database, capture_id: int) -> CaptureText:
    """What the extractor made of a capture."""
    row = db.execute(
        """select c.verdict, c.reason, coalesce(t.title, ''), coalesce(t.markdown, ''), t.language
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return CaptureText(*row)


def is_sound(number: int, sha256: object, markdown: object, wording: object) -> bool:
    """Whether a stored text is the one that its id, its hash and the hash of its wording name."""
    return isinstance(markdown, str) and is_of(markdown, sha256, number) and wording_key(markdown) == wording


def is_of(markdown: str, sha256: object, number: int) -> bool:
    """Whether a Markdown has this hash, and an id that belongs to it."""
    digest = hashlib.sha256(markdown.encode("utf-8", "replace")).hexdigest()
    return digest == sha256 and text_id(digest) == number


def put(db: Database, text: Text, extractor: str) -> int:
    """Store a text and give its id. To be called inside a transaction.

    Of several captures with one text, the lowest completeness is kept: whichever came first, the doubt stays. What an older
    extractor said of it goes.
    """
    db.execute(
        f"""{_INSERT}
        on conflict (id) do update set
            completeness = case when extractor = excluded.extractor then min(completeness, excluded.completeness)
                           else excluded.completeness end,
            extractor = excluded.extractor, wording = excluded.wording, language = excluded.language, words = excluded.words""",
        [*_row(text), extractor],
    )
    return text_id(text.sha256)


def _row(text: Text) -> list[object]:
    return [
        text_id(text.sha256), text.sha256, text.title, text.markdown, text.wording, text.language, text.words, text.completeness
    ]  # fmt: skip


def take(db: Database, capture_id: int, text: Text) -> None:
    """Give a capture without a body the text that another tool made of it. To be called inside a transaction.

    There is nothing to derive it from again: until the body is held, the text is a fact. Where our extractor has made the very
    same of another body, that is what is said of it.
    """
    db.execute(f"{_INSERT} on conflict (id) do nothing", [*_row(text), IMPORTED])
    set_imported_text(db, capture_id, text.verdict, text.reason, text_id(text.sha256))


def mark_stale(db: Database) -> None:
    """Note of all texts that bodies gave that they wait to be extracted again. To be called inside a transaction."""
    db.execute(f"update texts set extractor = extractor || '{_STALE}' where extractor not like '%{_STALE}' and extractor != ?",
               [IMPORTED])  # fmt: skip


def drop_unused(db: Database) -> None:
    """Drop the texts that no capture has any more, nor a conflict of captures. To be called inside a transaction.

    A text that was imported too, and no body gives any more, is from now on the other tool's alone.
    """
    db.execute(
        """delete from texts where id not in (select text_id from captures where text_id is not null)
        and id not in (select text_id from conflicts where text_id is not null)"""
    )
    db.execute(
        f"""update texts set extractor = ? where extractor like '%{_STALE}' and id not in (
            select text_id from captures where text_id is not null and body_id is not null)""",
        [IMPORTED],
    )


def judge(db: Database, capture_id: int, text: Text, extractor: str) -> None:
    """Record what the extractor made of a capture's body: its verdict, the reason, its text (none where it has no words)."""
    number = put(db, text, extractor) if text.words else None
    set_verdict(db, capture_id, text.verdict, text.reason, number)
