import pytest

from extract.claims.modality import modality


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We sell your data", "does"),
        ("We may sell your data", "may"),
        ("We might sell your data", "may"),
        ("We can sell your data", "can"),
        ("We will sell your data", "will"),
        ("We shall sell your data", "will"),
        ("We won’t sell your data", "will"),
        ("We must sell your data", "must"),
        ("We are required to sell your data", "must"),
        ("You should sell your data", "should"),
        ("We cannot sell your data", "cannot"),
        ("We can not sell your data", "cannot"),
        ("If you may ask, we will sell your data", "will"),
        ("In May 2020 we sell your data", "does"),
    ],
)
def test_the_modal_verb(text: str, expected: str):
    assert modality(text, (text.index("sell"), len(text)), (0, len(text))) == expected


def test_verbs_after_the_trigger_and_outside_of_the_clause_do_not_count():
    text = "We may ask; we sell data that you can lose"
    first = text.index("sell")
    assert modality(text, (first, first + 9), (text.index("we sell"), len(text))) == "does"
