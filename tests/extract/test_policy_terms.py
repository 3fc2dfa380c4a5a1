import re

import pytest

from extract import lexicon
from extract.policy_terms import LANGUAGES, NAME, terms


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_term_begins_with_a_letter_by_which_it_is_grouped(language):
    for term in lexicon.by_language("terms")[language]:
        assert term[0].isalnum()
        assert term == term.lower()


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"ar", "he", "ja", "ko", "th", "zh"}))
def test_every_term_ends_within_a_word_so_that_the_next_one_begins_behind_a_sign(language):
    for term in lexicon.by_language("terms")[language]:
        assert re.search(r"(?:\w\]?\??|\\w[*+]|\\w\{\d+,\d+\}|\\b|\)\??)$", term), term


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We COLLECT personal data. We collect cookies!", ("collect", "personal data", "collect", "cookies")),
        ("Wir speichern Ihre Daten zu diesem Zweck.", ("speichern", "daten", "zweck")),
        ("le traitement de vos données, vie privée", ("traitement", "donnees", "vie privee")),
        ("nuestra política de privacidad", ("privacidad",)),
        ("unsere Daten und their dates", ("daten",)),
        ("kişisel verileri işleriz, KİŞİSEL VERİLERİ", ("kisisel verileri", "isleriz", "kisisel verileri")),
        ("Мы собираем персональные данные", ("собираем", "персональные данные")),
        ("ونجمع البيانات الشخصية", ("نجمع", "البيانات الشخصية")),
        ("お客様の個人情報を収集します。", ("個人情報", "収集")),
        ("고객의 개인정보를 수집하는", ("개인정보", "수집")),
        ("recollect, precookies", ()),
        ("", ()),
    ],
)
def test_terms_are_found_in_every_script_each_time(text, found):
    assert terms(text) == found


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Privacy Policy",
            "DATENSCHUTZERKLÄRUNG",
            "Datenschutzerkla\u0308rung",
            "Vie privée",
            "隐私政策",
            "/privacidad/",
        ),
        *(
            "Gizlilik Politikası",
            "GİZLİLİK POLİTİKASI",
            "Privaatsuspoliitika",
            "מדיניות פרטיות",
            "سياسة الخصوصية",
        ),
    ],
)
def test_names_of_policies_are_known_in_any_case(name):
    assert NAME.search(name)


def test_other_pages_are_no_policies_by_name():
    assert not NAME.search("Terms of Use")
