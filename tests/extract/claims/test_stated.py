from extract.claims.rules import Rules
from extract.claims.stated import Passage, stated


def kinds(
    text: str, known: Rules, *, is_heading: bool = False, lead: str = "", listed: str = ""
) -> list[str]:
    return [claim.kind for claim in stated(Passage(text, is_heading, lead, listed), known).claims]


ENGLISH = Rules("en")


def test_claims_have_the_characters_of_the_sentence():
    found = stated(Passage("Listen: we may sell your data.", False, "", ""), ENGLISH)
    (claim,) = found.claims
    assert (claim.kind, claim.start, claim.end, claim.section) == ("sale", 8, 30, "")
    assert not found.is_elsewhere


def test_a_claim_has_the_reference_of_its_rule():
    known = Rules("en")
    known.rules = [rule._replace(reference="a law") for rule in known.rules]
    (claim,) = stated(Passage("We sell your data.", False, "", ""), known).claims
    assert claim.reference == "a law"


def test_headings_state_laws_and_dates_alone():
    assert kinds("We sell your data.", ENGLISH, is_heading=True) == []
    assert kinds("This section applies to California residents.", ENGLISH, is_heading=True) == ["law"]


def test_a_row_of_a_table_names_a_recipient_and_states_nothing_else():
    assert kinds("Lampe collects your name", ENGLISH, listed="Lampe") == ["recipient"]
    assert kinds("Lampe collects your name.", ENGLISH, listed="Lampe") == ["data-type", "recipient"]


def test_sentences_about_returns_state_nothing():
    found = stated(Passage("Our return policy: we sell your data to Google.", False, "", ""), ENGLISH)
    assert found.is_elsewhere
    assert [claim.kind for claim in found.claims] == ["recipient"]


def test_an_item_states_what_its_list_is_about():
    assert kinds("cakes and the best bread", ENGLISH) == []
    assert kinds("cakes and the best bread", ENGLISH, lead="We use your data to:") == ["purpose"]


def test_an_unknown_language_states_nothing():
    assert kinds("We sell your data to Google.", Rules("xx")) == []
