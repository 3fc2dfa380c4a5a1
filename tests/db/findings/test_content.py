import pytest

from db.findings.content import letters, vocabulary

ENGLISH = vocabulary("en")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("(Sharing,", "sharing"), ("https://Shop.example/a", "shopexamplea"), ("…", ""), ("GDPR.", "gdpr")],
)
def test_letters(word: str, expected: str):
    assert letters(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("selling", "sell"), ("sells", "sell"), ("prices", "pric"), ("as", "as")]
)
def test_stem(word: str, expected: str):
    assert ENGLISH.stem(word) == expected


def test_words_without_meaning_are_left_out():
    assert ENGLISH.content(["We", "sell", "the", "lists", "of", "our", "customers."]) == [
        "sell",
        "list",
        "customer",
    ]
    assert ENGLISH.content([]) == []


def test_words_that_editors_exchange_have_no_weight():
    assert ENGLISH.weighty(ENGLISH.content(["read", "this", "website", "policy", "about", "cookies"])) == [
        "cooki"
    ]


def test_negations():
    assert ENGLISH.negations(["We", "never", "sell,", "and", "do", "not", "rent."]) == {"never", "not"}


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("de", "Wir verkaufen keine Daten und nie Adressen", {"kein", "nie"}),
        ("fr", "Nous ne vendons pas vos données, ni n’échangeons aucune adresse", {"pas", "ni", "aucun"}),
        ("en", "It is noted that we only rent lamps", {"only"}),
        ("xx", "We do not", set()),
    ],
)
def test_negations_of_each_language(language: str, words: str, expected: set[str]):
    assert vocabulary(language).negations(words.split()) == expected


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("de", "Die Speicherdauer beträgt auf unserer Webseite", ["speicherdau", "beträgt", "webseit"]),
        ("fr", "L’adresse n’est qu’à l’hébergeur.", ["adress", "hébergeur"]),
        ("xx", "Lampan lyser", ["lampan", "lyser"]),
    ],
)
def test_words_of_other_languages(language: str, words: str, expected: list[str]):
    assert vocabulary(language).content(words.split()) == expected


def test_words_that_editors_exchange_in_other_languages():
    german, french = vocabulary("de"), vocabulary("fr")
    assert (
        german.weighty(german.content(["diese", "Datenschutzhinweise", "unserer", "Website", "lesen"])) == []
    )
    assert french.weighty(french.content(["consulter", "la", "présente", "politique", "du", "site"])) == []
