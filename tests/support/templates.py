"""Policies planted from templates: names swapped, and a fifth of the sentences written anew."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeo"]


class PlantedPolicy(NamedTuple):
    """A policy of a family: the number of its template, its domain, the shop's name, its text."""

    family: int
    domain: str
    name: str
    markdown: str


def plant(policies: int, templates: int, seed: int = 8, rewritten: float = 0.2) -> list[PlantedPolicy]:
    """Return policies, as `drawn` yields them."""
    return list(drawn(policies, templates, seed, rewritten))


def drawn(policies: int, templates: int, seed: int = 8, rewritten: float = 0.2) -> Iterator[PlantedPolicy]:
    """Yield policies, each made of one of the templates.

    A tenth of the sentences of a template is of a list that all templates share.
    """
    rng = random.Random(seed)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randrange(1, 4))) for _ in range(3000)]
    common = [_sentence(rng, words) for _ in range(60)]
    originals = [_template(rng, words, common) for _ in range(templates)]
    for number in range(policies):
        family = rng.randrange(templates)
        name = f"{rng.choice(words)}{rng.choice(words)} {rng.choice(words)}".title()
        domain = f"{name.lower().replace(' ', '-')}{number}.example"
        lines = []
        for sentence in originals[family]:
            new = _sentence(rng, words) if rng.random() < rewritten else sentence
            lines.append(new.format(name=name, site=f"www.{domain}", number=rng.randrange(1, 999)))
        yield PlantedPolicy(family, domain, name, "\n\n".join(lines))


def pairs(groups: Sequence[int]) -> int:
    """Return how many pairs are in one group."""
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def precision_and_recall(truth: Sequence[int], found: Sequence[int]) -> tuple[float, float]:
    """Return which share of the found pairs is true, and which share of the true pairs is found."""
    codes = {pair: number for number, pair in enumerate(sorted(set(zip(truth, found, strict=True))))}
    both = pairs([codes[pair] for pair in zip(truth, found, strict=True)])
    return both / max(1, pairs(found)), both / max(1, pairs(truth))


def _sentence(rng: random.Random, words: Sequence[str]) -> str:
    chosen = rng.choices(words, k=rng.randrange(6, 24))
    for place, what in ((1, "{name}"), (3, "{number} days"), (4, "{site}")):
        if rng.random() < 0.15:
            chosen[place] = what
    return f"{chosen[0].title()} {' '.join(chosen[1:])}."


def _template(rng: random.Random, words: Sequence[str], common: Sequence[str]) -> list[str]:
    size = rng.randrange(30, 90)
    own = [_sentence(rng, words) for _ in range(size - size // 10)] + rng.sample(common, size // 10)
    rng.shuffle(own)
    return own
