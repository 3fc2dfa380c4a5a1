"""What a column is: its name, its type, and its meaning in one line."""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

# text, number (an integer), share (a number from 0 to 1), flag, day, moment, texts (a list), or the columns
# of the structs in a list.
Type: TypeAlias = "str | tuple[Column, ...]"


class Column(NamedTuple):
    """A column of a table.

    `type` is one of text, number, share, flag, day, moment and texts, or the columns of a list of structs.
    """

    name: str
    type: Type
    meaning: str


RETAILER = Column("retailer", "text", "its domain")
NAME = Column("name", "text", "its name, where the archive has one")

# What a change is in numbers, against the text before.
MEASURES = (
    Column("words_added", "number", "words of the new text that count as a change"),
    Column("words_removed", "number", "words of the old text that count as a change"),
    Column("similarity", "share", "the share of words that stayed, 0 to 1"),
    Column("set_aside", "number", "places of three words and more that differ and do not count (history.md)"),
)
STATED_BEFORE = "the date that the old text states as its own"
ANNOUNCED = Column(
    "announced",
    "text",
    "what the stated dates say about the change: announced, ahead, silent, undated or false (history.md)",
)
SUSPECT = Column("suspect", "text", "why the capture or the version is suspect; null if nothing is")

# A statement that appeared, vanished or changed (meaning.md).
FINDING = (
    Column("kind", "text", "what the statement is about, such as sale (meaning.md)"),
    Column("move", "text", "added, removed or changed"),
    Column("what", "text", "what it is about within its kind"),
    Column("before", "text", "the quote of the old text, empty for an added statement"),
    Column("after", "text", "the quote of the new text, empty for a removed statement"),
    Column("section", "text", "the heading above it"),
    Column("rule", "text", "the rule that recognised it"),
    Column("weight", "number", "how much it matters, 5 to 1"),
    Column("certainty", "text", "stated, or possible for a kind whose rules are often wrong"),
    Column(
        "lasting",
        "flag",
        "false if one capture shows it and the next change takes it back; null while one capture shows the"
        " newest text",
    ),
)

# A statement of a text (meaning.md).
STATEMENT = (
    Column("kind", "text", "what it is about, such as sale (meaning.md)"),
    Column("polarity", "text", "states, or denies"),
    Column("subject", "text", "what it is about within its kind"),
    Column("value", "text", "the number that it names, such as 13, or 6-12 for a range"),
    Column("unit", "text", "what the number counts: days, months, age, USD"),
    Column("scope", "text", "for whom or for what it is said; null for everybody"),
    Column("quote", "text", "its words, without markup"),
)

CAPTURE = (
    Column(
        "snapshot", "text", "the address of the unaltered capture; null for an archive that is not public"
    ),
    Column("archive", "text", "which web archive has it"),
    Column("timestamp", "text", "its key there, 14 digits"),
    Column("original", "text", "the address that was captured"),
    Column("page", "text", "the page of the policy to which the capture belongs"),
    Column("mimetype", "text", "its type, as the archive's index has it"),
    Column("status", "number", "the archived HTTP status"),
    Column("digest", "text", "of the body, as the archive's index has it"),
    Column("body_sha256", "text", "of the stored body"),
    Column("text_sha256", "text", "of the text from it"),
    Column("replay_key", "text", "the key as the web archive writes it, if it has not 14 digits"),
)


def capture(which: str, seen: str) -> tuple[Column, ...]:
    """Return the columns of a capture. Each name begins with `which` and `_`; `seen` says which one it is."""
    return tuple(Column(f"{which}_{name}", of, f"{seen}: {meaning}") for name, of, meaning in CAPTURE)


def attributes(names: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of retailers' attributes: `attribute_sector` for the name `sector`."""
    return tuple(
        Column(f"attribute_{name}", "text", f"{name}, as the user's list of retailers has it")
        for name in names
    )
