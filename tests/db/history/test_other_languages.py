from collections.abc import Sequence

import pytest

from db.history.comparison.tokenized import TokenizedText
from db.history.other_languages import other_languages
from db.history.timeline import Witness, build_timeline

TEXTS = {
    1: "We collect your name and your address when you order from our shop.",
    2: "Wir erheben Ihren Namen und Ihre Anschrift, wenn Sie etwas bestellen.",
    3: "Nous collectons votre nom et votre adresse pour chaque commande.",
    4: "We collect your name and your address when you buy from our shop.",
}


def page(shown: Sequence[tuple[str | None, int]]) -> list[Witness]:
    return [
        Witness(f"20{10 + n}-01-01T00:00:00Z", "1", text, str(text), n, "e", language)
        for n, (language, text) in enumerate(shown)
    ]


def found(*shown: tuple[str | None, int]) -> list[int]:
    others = other_languages(page(shown), lambda text: TokenizedText(TEXTS[text]))
    return [int(witness.captured_at[2:4]) - 10 for witness in others]


EN, DE, FR = ("en", 1), ("de", 2), ("fr", 3)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([], []),
        ([EN, EN], []),
        ([EN, DE, EN], [1]),
        ([DE, EN, EN, DE, EN], [0, 3]),  # the first one too: the language alternates
        ([EN, DE, EN, FR, EN], [1, 3]),
        ([EN, EN, DE, DE], []),  # one switch
        ([EN, DE, EN, EN, EN, DE, DE, DE], [1]),  # alternated once, then switched for good
        ([EN, (None, 2), EN], []),  # an unknown language is no evidence
        ([EN, ("de", 4), EN], []),  # the same words, whatever was detected
    ],
)
def test_captures_in_another_language(shown: list[tuple[str | None, int]], expected: list[int]) -> None:
    assert found(*shown) == expected


def test_texts_in_another_language_are_variants_of_the_version_of_their_time() -> None:
    first, german, second, late = page([EN, DE, ("en", 4), DE])
    timeline = build_timeline([first, second], lambda *_: None, [german, late])
    assert [(v.number, v.text_id, v.captures) for v in timeline.versions] == [(1, 1, 2), (2, 4, 2)]
    assert [(v.version, v.text_id, v.kind) for v in timeline.variants] == [(1, 2, "flip"), (2, 2, "flip")]
    assert [(c.old_text, c.new_text) for c in timeline.changes] == [(1, 4)]
