"""The sentences of a text without what differs from shop to shop: names, addresses, numbers."""

import re
from collections.abc import Sequence
from functools import lru_cache

from db.report.texts import plain

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S{1,300}|\b[\w.+-]{1,64}@[\w.-]{1,200}"
    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}\b"
)
_NUMBER = re.compile(r"\d[\d.,:/()+ -]*")
_FIRM = re.compile(
    r"\b(?:[A-Z][\w&'-]{0,30},? ){1,4}"
    r"(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|Corp|Corporation|PLC|S\.A|B\.V)\b\.?"
)
_SHORTEST_NAME, _MOST_NAMES = 3, 20


def masked_sentences(markdown: str, names: Sequence[str]) -> list[str]:
    """Return the sentences of a Markdown text in lower case, each as words with one blank between.

    `names` are the names of the shop. They, names of firms such as `Acme Trading Ltd`, addresses and numbers
    become the words `name`, `address` and `0`. Returns [] for a text without words.
    """
    pattern = _names(tuple(names))
    found = []
    for sentence in plain.sentences(plain.blocks(markdown)):
        text = _ADDRESS.sub(" address ", _FIRM.sub(" name ", sentence).lower())
        if pattern:
            text = pattern.sub(" name ", text)
        text = _NUMBER.sub(" 0 ", text)
        words = " ".join(plain.words(text))
        if words:
            found.append(words)
    return found


def names_of(domain: str, name: str | None) -> list[str]:
    """Return the names by which a shop may call itself: its name, and the label of its domain."""
    label = domain.split(".", maxsplit=1)[0]
    found = {label, label.replace("-", " "), label.replace("-", ""), domain, *([name] if name else [])}
    return sorted({one.lower().strip() for one in found if len(one.strip()) >= _SHORTEST_NAME})


@lru_cache(64)
def _names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    chosen = sorted(names, key=len, reverse=True)[:_MOST_NAMES]
    if not chosen:
        return None
    return re.compile(rf"\b(?:{'|'.join(re.escape(name[:200]) for name in chosen)})(?:'s)?(?!\w)")
