"""A right or a choice that a text takes back ends, and one with a negation of another thing stands."""

import pytest

from db.promises.denials import denies, no_denials
from db.promises.statement import Stated
from extract.claims.rules import languages
from tests.support.promises import goes_on, stated

DENIALS = [
    ("en", "You may opt out of our marketing e-mails.", "You may not opt out of our marketing e-mails."),
    (
        "en",
        "You have the right to delete your personal data.",
        "We do not offer a right to delete your personal data.",
    ),
    ("en", "You can unsubscribe from these messages.", "You cannot unsubscribe from these messages."),
    ("de", "Sie können der Werbung jederzeit widersprechen.", "Sie können der Werbung nicht widersprechen."),
    ("de", "Sie können den Newsletter abbestellen.", "Sie können den Newsletter nicht abbestellen."),
    (
        "de",
        "Sie haben das Recht auf Löschung Ihrer Daten.",
        "Sie haben kein Recht auf Löschung Ihrer Daten.",
    ),
    (
        "fr",
        "Vous pouvez vous désabonner de notre lettre.",
        "Vous ne pouvez pas vous désabonner de notre lettre.",
    ),
    (
        "fr",
        "Vous avez le droit d'accéder à vos données.",
        "Vous n'avez pas le droit d'accéder à vos données.",
    ),
]


@pytest.mark.parametrize(("language", "promise", "denial"), DENIALS)
def test_a_right_or_choice_ends_in_its_denial(language: str, promise: str, denial: str):
    assert [one.kind for one in stated(promise, language) if denies(one)] == []
    assert all(denies(one) for one in stated(denial, language))
    assert not goes_on(promise, denial, language)
    assert goes_on(promise, promise, language)


@pytest.mark.parametrize(
    ("language", "kind", "quote"),
    [
        ("en", "choice", "You can choose not to receive e-mails from us."),
        ("en", "choice", "You can decide not to receive our catalogs."),
        ("en", "choice", "If you do not want our letters, you can unsubscribe."),
        ("en", "choice", "You can set your browser to not accept cookies."),
        ("en", "choice", "You may ask that we not share your data."),
        ("en", "choice", "We will not send you e-mails if you unsubscribe."),
        ("en", "right", "We will not discriminate against you for exercising your rights."),
        ("en", "right", "You have the right not to be subject to automated decisions."),
        ("en", "right", "We do not charge a fee for access to your data."),
        (
            "de",
            "right",
            "Sie haben das Recht, nicht einer automatisierten Entscheidung unterworfen zu werden.",
        ),
        ("de", "choice", "Sie können sich entscheiden, keine E-Mails zu erhalten."),
        ("fr", "right", "Vous avez le droit de ne pas faire l'objet d'une décision automatisée."),
        ("fr", "choice", "Vous pouvez choisir de ne pas recevoir nos courriels."),
    ],
)
def test_some_negations_deny_no_right_and_no_choice(language: str, kind: str, quote: str):
    one = Stated(kind, "denies", "", None, None, None, quote, language)
    assert not denies(one)
    assert denies(one._replace(kind="sale"))


@pytest.mark.parametrize(
    "quote",
    [
        "This right does not apply to you.",
        "You cannot delete your data without creating an account.",
        "You have no right to choose not to get letters.",
    ],
)
def test_other_words_with_such_a_negation_deny(quote: str):
    assert denies(Stated("right", "denies", "", None, None, None, quote, "en"))


def test_each_language_with_rules_has_such_words():
    assert tuple(sorted(no_denials())) == languages()
