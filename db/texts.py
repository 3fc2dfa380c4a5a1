"""Texts: what the extractor made of bodies. Derived; one row for each distinct Markdown."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlite_utils import Database

from db.wording import wording_key


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
class Judged:
    """What is recorded of a capture: its verdict and the reason (None before it is judged), and its text ("" for none)."""

    verdict: str | None
    reason: str | None
    title: str
    markdown: str
    language: str | None


def of_capture(db: Database, capture_id: int) -> Judged:
    """What the extractor made of a capture."""
    row = db.execute(
        """select c.verdict, c.reason, coalesce(t.title, ''), coalesce(t.markdown, ''), t.language
        from captures c left join texts t on t.id = c.text_id where c.id = ?""",
        [capture_id],
    ).fetchone()
    return Judged(*row)


def text_id(sha256: str) -> int:
    """The id of a text: the first 52 bits of its hash, which JavaScript's numbers hold too."""
    return int(sha256[:13], 16)


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
    number = text_id(text.sha256)
    db.execute(
        """insert into texts (id, sha256, title, markdown, language, words, completeness, extractor, wording)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (id) do update set
            completeness = case when extractor = excluded.extractor then min(completeness, excluded.completeness)
                           else excluded.completeness end,
            extractor = excluded.extractor, wording = excluded.wording, language = excluded.language, words = excluded.words""",
        [
            number, text.sha256, text.title, text.markdown, text.language, text.words, text.completeness, extractor,
            text.wording,
        ],
    )  # fmt: skip
    return number


def mark_stale(db: Database) -> None:
    """Note of the texts that they wait to be extracted again, but of those that came without a body to extract them from.

    To be called inside a transaction.
    """
    db.execute(
        """update texts set extractor = extractor || ' (before a rebuild)' where extractor not like '% (before a rebuild)'
        and not exists (select 1 from captures c where c.text_id = texts.id and c.body_id is null)"""
    )


def drop_unused(db: Database) -> None:
    """Drop the texts that no capture has any more. To be called inside a transaction."""
    db.execute(
        """delete from texts where id not in (select text_id from captures where text_id is not null)
        and id not in (select text_id from conflicts where text_id is not null)"""
    )


def judge(db: Database, capture_id: int, text: Text, extractor: str) -> None:
    """Record what the extractor made of a capture's body: its verdict, the reason, its text (none where it has no words)."""
    number = put(db, text, extractor) if text.words else None
    db.execute(
        "update captures set verdict = ?, reason = ?, text_id = ? where id = ?",
        [text.verdict, text.reason, number, capture_id],
    )
