"""The sentences of a text without what differs between shops (names, addresses, numbers); their hashes."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

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
_NO_WORD = re.compile(r"[^\w\n]+")
FEWEST_WORDS = 5  # of a sentence that is compared: shorter ones are headings
_PRIME = (1 << 61) - 1
# Factors of 16 hash functions: two texts with half of their sentences in common share a smallest hash with a
# probability of 1 - (2/3)^16 = .998, and with two thirds of 1 - 2^-16.
_FACTORS = tuple((0x9E3779B97F4A7C15 * number) % _PRIME | 1 for number in range(1, 17))
_SHORTEST_NAME, _MOST_NAMES = 3, 20


@dataclass(frozen=True, slots=True)
class MaskedText:
    """The masked text of a shop: a hash of it, and the hashes of its compared sentences, each once, in order.

    `smallest` has the smallest of these hashes by 16 hash functions; 0 without sentences. Arrays are a tenth
    of sets in memory.
    """

    text: int
    sentences: "array[int]"
    smallest: "array[int]"


def masked_sentences(blocks: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the sentences of the blocks of a text in lower case, each as words with one blank between.

    `names` are the names of the shop. They, names of firms such as `Acme Trading Ltd`, addresses and numbers
    become the words `name`, `address` and `0`. Returns [] for a text without words.
    """
    # With two blanks between words, each has blanks of its own: a name that follows itself is found twice.
    masks = [f" {'  '.join(plain.words(name))} " for name in sorted(names, key=len, reverse=True)]
    text = "\n".join(sentence for block in blocks for sentence in _without_names(block))
    for mask in masks[:_MOST_NAMES]:
        if mask.strip() and mask in text:
            text = text.replace(mask, " name ")
    return [sentence.strip() for sentence in text.replace("  ", " ").split("\n")] if text else []


@plain.kept
def _without_names(block: str) -> tuple[str, ...]:
    """Return the masked sentences of a block, with two blanks between words, and one at each end.

    Only the names of the shop are still there.
    """
    text = _FIRM.sub(" name ", "\n".join(plain.sentences([block]))).lower()
    text = _NO_WORD.sub(" ", _NUMBER.sub(" 0 ", _ADDRESS.sub(" address ", text)))
    return tuple(f" {'  '.join(words)} " for line in text.split("\n") if (words := line.split()))


def names_of(domain: str, name: str | None) -> list[str]:
    """Return the names by which a shop may call itself: its name, and the label of its domain."""
    label = domain.split(".", maxsplit=1)[0]
    found = {label, label.replace("-", " "), label.replace("-", ""), domain, *([name] if name else [])}
    return sorted({one.lower().strip() for one in found if len(one.strip()) >= _SHORTEST_NAME})


def masked(sentences: Sequence[str]) -> MaskedText:
    """Return the hashes of the masked sentences of a text; those of fewer than FEWEST_WORDS are left out."""
    hashes = array("q", sorted({text_hash(one) for one in sentences if is_long(one)}))
    smallest = array("q", [min([one * factor % _PRIME for one in hashes], default=0) for factor in _FACTORS])
    return MaskedText(text_hash("\n".join(sentences)), hashes, smallest)


def is_long(sentence: str) -> bool:
    """Return whether a masked sentence has FEWEST_WORDS or more."""
    return sentence.count(" ") >= FEWEST_WORDS - 1


def text_hash(text: str) -> int:
    """Return a hash of a text that is the same in each run: a signed number of 64 bits."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
