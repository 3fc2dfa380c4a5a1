import pytest

from extract import lexicon
from extract.policy_terms import NAME, terms

LISTS = lexicon.load("policy_terms")


@pytest.mark.parametrize("language", LISTS["terms"])
def test_every_term_begins_with_a_letter_by_which_it_is_grouped(language):
    assert all(term[0].isalpha() and term[0].islower() for term in LISTS["terms"][language])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We COLLECT personal data. We collect cookies!", ("collect", "personal data", "collect", "cookies")),
        ("Wir speichern Ihre Daten zu diesem Zweck.", ("speichern", "daten", "zweck")),
        ("le traitement de vos données, vie privée", ("traitement", "données", "vie privée")),
        ("nuestra política de privacidad", ("privacidad",)),
        ("unsere Daten und their dates", ("daten",)),
        ("recollect, precookies", ()),
        ("", ()),
    ],
)
def test_terms_are_found_at_the_beginnings_of_words_each_time(text, found):
    assert terms(text) == found


@pytest.mark.parametrize(
    "name", ["Privacy Policy", "DATENSCHUTZERKLÄRUNG", "Vie privée", "隐私政策", "/privacidad/"]
)
def test_names_of_policies_are_known_in_any_case(name):
    assert NAME.search(name)


def test_other_pages_are_no_policies_by_name():
    assert not NAME.search("Terms of Use")
