import pytest

from extract.claims.recipients import OWN_NAME, OwnNames, capitals
from extract.claims.recipients import names as named
from extract.claims.rules import rules


def names(text: str, *others: str, language: str = "en") -> list[str]:
    """Return the names in the first paragraph of a text that are not the shop's own."""
    every = [text, *others]
    own = OwnNames([word for one in every for word in capitals(one)], sum(one.count(" ") for one in every))
    return [name for name, _, _ in named(text, rules(language).grammar) if not own.has(name)]


def test_a_company_has_one_name_for_all_its_names():
    assert names("Meta, Facebook and DoubleClick place cookies.") == ["Facebook", "DoubleClick"]


def test_names_stand_at_their_place():
    assert named("We use Klaviyo.", rules("en").grammar) == [("Klaviyo", 7, 14)]


def test_the_name_in_a_cell_is_a_recipient():
    assert named("Lampe: mail", rules("en").grammar) == []
    assert named("Lampe: mail", rules("en").grammar, "Lampe") == [("Lampe", 0, 5)]


def test_a_part_of_a_word_is_no_name():
    assert names("Visage and Applesauce") == []


def test_the_name_of_the_shop_is_no_recipient():
    assert names("Lantern Ltd. sends lamps.", "Lantern " * OWN_NAME) == []
    assert names("Lantern Ltd. sends lamps.") == ["Lantern"]


def test_no_text_has_no_names():
    assert names("") == []


def test_a_company_that_a_long_text_names_now_and_then_is_a_recipient():
    text = "Google measures visits."
    assert names(text, "Google " * OWN_NAME, "lamp " * 3_000) == ["Google"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Verantwortlicher ist die Leuchter GmbH.", []),
        ("de", "Die Docht & Wachs GmbH druckt unsere Briefe.", ["Docht & Wachs"]),
        ("de", "Leuchter GmbH", []),
        ("fr", "Le site est édité par Chandelier SAS.", []),
        ("fr", "La société Chandelier SAS imprime nos lettres.", ["Chandelier"]),
        ("en", "Wick Ltd., hereinafter the shop, sells lamps.", []),
        ("en", "Wick B.V. prints our letters.", ["Wick"]),
    ],
)
def test_the_company_that_speaks_is_no_recipient(language: str, text: str, expected: list[str]):
    assert names(text, language=language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "We work with partners such as Wickler, Docht Media and Lampion.",
            ["Wickler", "Docht Media", "Lampion"],
        ),
        ("en", "Service providers (e.g. Wickler) send letters.", ["Wickler"]),
        ("en", "We use partners, including Internet providers.", []),
        ("en", "We have lamps such as Lampion.", []),
        ("fr", "Des prestataires tels que Bougie Express et Mèche impriment.", ["Bougie Express", "Mèche"]),
        ("fr", "Nos partenaires, notamment Mèche, les lisent.", ["Mèche"]),
        ("fr", "Des réseaux comme Mèche ou Bougie Express les lisent.", ["Mèche", "Bougie Express"]),
        ("fr", "Nos sous-traitants, y compris Mèche ainsi que Bougie Express.", ["Mèche", "Bougie Express"]),
        ("fr", "Des tiers, dont la liste est longue, les lisent.", []),
        ("de", "Dienstleister wie Docht Media und Lampio drucken.", ["Docht Media", "Lampio"]),
        ("de", "Versandpartner wie z. B. DHX, Lampio oder Paketo.", ["DHX", "Lampio", "Paketo"]),
        ("de", "Unternehmen, etwa Lampio, lesen sie.", ["Lampio"]),
        ("de", "Dritte, insbesondere Lampio sowie Docht Media.", ["Lampio", "Docht Media"]),
        ("de", "Netzwerke (darunter Lampio) lesen sie.", ["Lampio"]),
        ("de", "Auftragsverarbeiter einschließlich Lampio lesen sie.", ["Lampio"]),
        ("de", "Dienstleister wie Banken, Druckereien und IT-Support lesen sie.", []),
        ("de", "Unternehmen, wie Sie wissen, lesen sie.", []),
        ("de", "Dienstleister, insbesondere Versand und Zahlung.", []),
        ("de", "Lampen wie Lampio leuchten.", []),
    ],
)
def test_names_in_lists_of_partners(language: str, text: str, expected: list[str]):
    assert names(text, language=language) == expected


def test_programs_of_visitors_are_no_recipients():
    assert names("The pictures need Adobe Flash.") == []
    assert names("Adobe measures visits.") == ["Adobe"]
