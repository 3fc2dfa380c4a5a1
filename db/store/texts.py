"""Texts that the extractor or another tool made of a page. Each distinct Markdown is one row."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlite_utils import Database

from db.normalisation import wording_key
from db.schema.ids import text_id
from db.store.capture_states import set_imported_text, set_verdict


class Document(Protocol):
    """The attributes of an extracted document that are stored (`extract.Document` has more)."""

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
    def stated_date(self) -> str | None: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...


IMPORTED = "imported"
"""The value of the column `extractor` for an imported text: an unknown other tool made it."""

_STALE = " (before a rebuild)"
_INSERT = """insert into texts (id, sha256, title, markdown, wording, language, words, completeness,
        stated_date, extractor)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True)
class Text:
    """A document before it is stored, with the hashes of its text and wording."""

    sha256: str
    title: str
    markdown: str
    language: str | None
    words: int
    completeness: float
    wording: str
    verdict: str
    reason: str
    stated_date: str | None = None

    @classmethod
    def of(cls, document: Document) -> "Text":
        """Return a document with the hashes of its text and wording."""
        return cls(
            sha256=hashlib.sha256(document.text.encode()).hexdigest(),
            title=document.title,
            markdown=document.text,
            language=document.language,
            words=document.words,
            completeness=document.completeness,
            wording=wording_key(document.text),
            verdict=document.verdict,
            reason=document.reason,
            stated_date=document.stated_date,
        )

    @classmethod
    def unreadable(cls, reason: str) -> "Text":
        """Return the record for a body that could not be extracted."""
        return cls("", "", "", None, 0, 0.0, "", "unreadable", reason)


@dataclass(frozen=True)
class CaptureText:
    """The extraction result of a capture.

    Verdict and reason are None before the extraction. Title and Markdown are "" without a text.
    """

    verdict: str | None
    reason: str | None
    title: str
    markdown: str
    language: str | None


def of_capture(db: Database, capture_id: int) -> CaptureText:
    """Return the extraction result of a capture."""
    row = db.execute(
        """select c.verdict, c.reason, coalesce(t.title, ''), coalesce(t.markdown, ''), t.language
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return CaptureText(*row)


def language_of(db: Database, number: int) -> str:
    """Return the language of a text, given by its id: a two-letter code, or "" if it is unknown."""
    (language,) = db.execute("select language from texts where id = ?", [number]).fetchone()
    return str(language or "")


def markdown_of(db: Database, number: int) -> str:
    """Return the Markdown of a text, given by its id."""
    return str(db.execute("select markdown from texts where id = ?", [number]).fetchone()[0])


def is_sound(number: int, sha256: object, markdown: object, wording: object) -> bool:
    """Return whether a stored text matches its id, hash, and wording key."""
    return isinstance(markdown, str) and is_of(markdown, sha256, number) and wording_key(markdown) == wording


def is_of(markdown: str, sha256: object, number: int) -> bool:
    """Return whether a Markdown text has this hash and this id. `number` is the id."""
    digest = hashlib.sha256(markdown.encode("utf-8", "replace")).hexdigest()
    return digest == sha256 and text_id(digest) == number


def put(db: Database, text: Text, extractor: str) -> int:
    """Store a text and return its id. Call it inside a transaction.

    If the text is stored already, the lower completeness and the earlier stated date stay: captures of one
    text can differ in them. Values of another extractor are replaced.
    """
    db.execute(
        f"""{_INSERT}
        on conflict (id) do update set
            completeness = case when extractor = excluded.extractor
                           then min(completeness, excluded.completeness) else excluded.completeness end,
            stated_date = case when extractor = excluded.extractor
                          then min(coalesce(stated_date, excluded.stated_date),
                                   coalesce(excluded.stated_date, stated_date))
                          else excluded.stated_date end,
            extractor = excluded.extractor, wording = excluded.wording, language = excluded.language,
            words = excluded.words""",
        [*_row(text), extractor],
    )
    return text_id(text.sha256)


def _row(text: Text) -> list[object]:
    facts = [text.title, text.markdown, text.wording, text.language, text.words, text.completeness]
    facts.append(text.stated_date)
    return [text_id(text.sha256), text.sha256, *facts]


def take(db: Database, capture_id: int, text: Text) -> None:
    """Store the text that another tool made of a capture without a body.

    It cannot be derived again: until the capture has a body, the text is a fact. If our extractor made the
    same text from another body, the values of our extractor stay. Call it inside a transaction.
    """
    db.execute(f"{_INSERT} on conflict (id) do nothing", [*_row(text), IMPORTED])
    set_imported_text(db, capture_id, text.verdict, text.reason, text_id(text.sha256))


def mark_stale(db: Database) -> None:
    """Mark all texts that were made from bodies as waiting for another extraction.

    Call it inside a transaction.
    """
    db.execute(
        f"""update texts set extractor = extractor || '{_STALE}'
        where extractor not like '%{_STALE}' and extractor != ?""",
        [IMPORTED],
    )


def drop_unused(db: Database) -> None:
    """Delete the texts that no capture and no conflict has. Call it inside a transaction.

    If a text was also imported, and no extraction results in it any more, it becomes an imported text.
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
    """Store the extraction result of a capture's body: verdict, reason, and text.

    A text without words is not stored.
    """
    number = put(db, text, extractor) if text.words else None
    set_verdict(db, capture_id, text.verdict, text.reason, number)
