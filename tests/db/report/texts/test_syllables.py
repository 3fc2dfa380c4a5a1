"""Syllables of words, as dictionaries divide them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.report.texts.syllables import LANGUAGES, syllables

WORDS = {
    "en": {
        1: "use used share page site names please click those laws rules these change lies",
        2: "data able purpose pages party service doing client issue value rely",
        3: "privacy video videos collected purposes provided disclosure example policies media period various"
        " audience",
        4: "information identify available reasonable applicable materials technology associate",
        5: "individual associations temporarily rectification supervisory portability",
        6: "automatically identifiable",
    },
    "de": {
        1: "wir sie die", 2: "Daten Nutzung freie Cookies", 3: "Datenschutz Speicherung Erklärung Union",
        4: "Verarbeitung Einwilligung", 7: "personenbezogene",
    },
    "fr": {
        1: "lui pièce mois quand leur guide feuille cent",
        2: "données client souvent commande loyal agent mangeons présente",
        3: "utilise utilisent traitement", 4: "effacement électronique utiliser",
        5: "rectification", 6: "confidentialité",
    },
    "nl": {
        1: "wij uw nieuw mail", 2: "leeuwen cadeau altijd", 3: "gebruiken gegevens toestemming",
        4: "verwijdering onderneming", 5: "informatieplicht",
    },
    "es": {
        1: "y muy ley bien", 2: "datos guerra leer ciudad oír día", 3: "servicios cuidado países envío",
        4: "política información tratamiento privacidad legítimo aéreo",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_words_have_the_syllables_of_the_dictionary(language: str) -> None:
    found = {
        word: syllables(word, language)
        for number, words in WORDS[language].items()
        for word in words.split()
        if syllables(word, language) != number
    }
    assert found == {}


@given(st.text(max_size=80), st.sampled_from(sorted(LANGUAGES)))
def test_every_word_has_at_least_one(word: str, language: str) -> None:
    assert syllables(word, language) >= 1
