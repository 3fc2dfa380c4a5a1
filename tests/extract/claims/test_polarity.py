import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims.polarity import polarity
from extract.claims.rules import rules

ENGLISH = rules("en").grammar


def of(text: str, trigger: str, language: str = "en") -> str:
    start = text.index(trigger)
    return polarity(text, [(start, start + len(trigger))], (0, len(text)), rules(language).grammar)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("We do not sell your data", "sell your data"),
        ("We don't sell your data", "sell your data"),
        ("We will never rent your data", "rent your data"),
        ("Your data are not, and will never be, sold", "sold"),
        ("No data are sold", "sold"),
        ("None of your data is sold", "sold"),
        ("Neither we nor our partners sell data", "sell data"),
        ("We cannot share your data", "share your data"),
        ("We share your data with nobody", "share your data"),
        ("We give your address to no third party", "give your address"),
        ("We run the shop without selling data", "selling data"),
        ("We no longer sell data", "sell data"),
        ("When you opt out we will not sell your data", "sell your data"),
        ("If you opt out, we do not sell your data", "sell your data"),
    ],
)
def test_a_clause_denies(text: str, trigger: str):
    assert of(text, trigger) == "denies"


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("We sell your data", "sell your data"),
        ("We collect data including but not limited to names", "collect data"),
        ("We collect not only names", "collect"),
        ("We share your data without limitation", "share your data"),
        ("We share your data with firms that do not send letters", "share your data"),
        ("We share your data, but we do not lend them", "share your data"),
        ("If you do not agree, we share your data", "share your data"),
        ("We share your data whether or not you agree", "share your data"),
        ("We delete your data when they are no longer needed", "delete your data"),
        ("We keep your data for no longer than a year", "keep your data"),
        ("You can opt out at no cost", "opt out"),
        ("We share nothing that moves", "moves"),
        ("We share data that do not identify you with partners", "share data that do not identify you with"),
    ],
)
def test_a_clause_states(text: str, trigger: str):
    assert of(text, trigger) == "states"


@pytest.mark.parametrize(
    ("language", "text", "trigger", "expected"),
    [
        ("de", "Wir verkaufen keine Daten", "keine Daten", "denies"),
        ("de", "Wir verkaufen Ihre Daten nicht", "verkaufen Ihre Daten", "denies"),
        ("de", "Wir geben niemals Daten weiter", "geben niemals Daten weiter", "denies"),
        ("de", "Wir geben Daten nicht weiter, es sei denn, Sie wünschen es", "geben Daten", "denies"),
        ("de", "Wir geben nicht nur Namen weiter", "geben nicht nur Namen weiter", "states"),
        (
            "de",
            "Wir geben Daten an Firmen weiter, die nicht werben",
            "geben Daten an Firmen weiter",
            "states",
        ),
        ("de", "Wenn Sie nicht widersprechen, geben wir Daten weiter", "geben wir Daten weiter", "states"),
        ("fr", "Nous ne vendons pas vos données", "vendons", "denies"),
        ("fr", "Aucune donnée n’est vendue", "vendue", "denies"),
        ("fr", "Vos données ne sont jamais louées, sauf accord", "louées", "denies"),
        ("fr", "Nous vendons non pas seulement des noms", "vendons", "states"),
        ("fr", "Nous vendons des fichiers qui ne sont pas à jour", "vendons des fichiers", "states"),
        ("fr", "Si vous ne refusez pas, nous vendons le fichier", "vendons le fichier", "states"),
    ],
)
def test_negations_in_other_languages(language: str, text: str, trigger: str, expected: str):
    assert of(text, trigger, language) == expected


def test_negations_outside_of_the_clause_do_not_count():
    text = "We do not sell; we share data"
    assert (
        polarity(text, [(text.index("share"), len(text))], (text.index("we"), len(text)), ENGLISH) == "states"
    )


@given(st.text(alphabet="not if , we can sell that", max_size=60))
def test_every_text_has_a_polarity(text: str):
    assert polarity(text, [(0, len(text))], (0, len(text)), ENGLISH) in {"states", "denies"}


def test_one_denied_trigger_denies():
    text = "We will not discriminate against people who exercise their rights"
    rights, first, clause = text.index("exercise"), text.index("discriminate"), (0, len(text))
    assert polarity(text, [(rights, len(text))], clause, ENGLISH) == "states"
    assert polarity(text, [(rights, len(text)), (first, rights)], clause, ENGLISH) == "denies"
    assert polarity(text, [(rights, len(text))], clause, ENGLISH, whole=True) == "denies"
