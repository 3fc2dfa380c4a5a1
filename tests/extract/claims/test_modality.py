import pytest

from extract.claims.modality import MODALS, modality
from extract.claims.rules import languages, rules

ENGLISH = rules("en").grammar


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
    assert modality(text, (text.index("sell"), len(text)), (0, len(text)), ENGLISH) == expected


def test_verbs_after_the_trigger_and_outside_of_the_clause_do_not_count():
    text = "We may ask; we sell data that you can lose"
    first = text.index("sell")
    assert modality(text, (first, first + 9), (text.index("we sell"), len(text)), ENGLISH) == "does"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Wir können Daten verkaufen", "can"),
        ("de", "Wir dürfen Daten verkaufen", "may"),
        ("de", "Wir müssen Daten verkaufen", "must"),
        ("fr", "Nous pouvons vendre des données", "can"),
        ("fr", "Nous pourrions vendre des données", "may"),
        ("fr", "Nous ne pouvons vendre des données", "cannot"),
        ("fr", "Nous devons vendre des données", "must"),
    ],
)
def test_modal_verbs_in_other_languages(language: str, text: str, expected: str):
    whole = 0, len(text)
    assert modality(text, whole, whole, rules(language).grammar) == expected


def test_the_verbs_of_all_languages_have_the_same_names():
    for language in languages():
        assert rules(language).grammar.modality.groupindex.keys() <= set(MODALS)
