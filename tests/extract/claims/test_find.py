import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.claims import Claim, Paragraph, find, sentences
from extract.claims.claim import LONGEST
from extract.claims.rules import Rules
from extract.claims.stated import Passage, Statements
from extract.claims.stated import stated as read_passage
from extract.memory import forget_all, remembered_if_short


def claims(*texts: str, language: str = "en") -> list[Claim]:
    found = sentences([Paragraph(text, "", "") for text in texts], language)
    return [claim for sentence in found for claim in sentence.claims]


def stated(*texts: str) -> list[tuple[str, str]]:
    return [(claim.kind, claim.polarity) for claim in claims(*texts)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We do not sell your personal information.", [("sale", "denies")]),
        ("We may rent your address to others.", [("sale", "states")]),
        ("We keep chats for 30 days.", [("retention", "states")]),
        ("To opt out of e-mails that our partners send, click here.", [("choice", "states")]),
        ("Lamps are bright.", []),
        ("Do we sell your data?", []),
        ("How We Share Your Information", []),
        ("Returns need the order number and the address that we collect.", []),
    ],
)
def test_a_sentence_makes_the_claims_of_its_clauses(text: str, expected: list[tuple[str, str]]):
    assert stated(text) == expected


def test_two_clauses_can_state_two_things():
    text = (
        "A camera measures your body temperature and keeps no pictures; the data are deleted after 30 days."
    )
    assert [kind for kind, _ in stated(text)] == ["retention", "data-type"]


def test_a_claim_has_its_place_its_rule_and_its_verb():
    paragraphs = [
        Paragraph("For children", "##", "Privacy"),
        Paragraph("Listen: we may sell your data; lamps glow in California.", "", "For children"),
    ]
    _, sentence = sentences(paragraphs)
    (claim,) = sentence.claims
    assert claim == Claim(
        kind="sale",
        polarity="states",
        subject="sale",
        value=None,
        unit=None,
        scope="California, children",
        modality="may",
        section="For children",
        start=len("Listen: "),
        end=len("Listen: we may sell your data"),
        rule="sale/sells data",
        reference="CCPA 1798.120",
    )


def test_a_claim_has_the_number_of_its_clause():
    (claim,) = claims("We keep your orders for thirteen months; other lamps glow for two years.")
    assert (claim.value, claim.unit) == ("13", "months")


def test_a_claim_about_children_has_their_age():
    (claim,) = claims("We do not knowingly collect data from children under 13 within 30 days.")
    assert (claim.value, claim.unit, claim.scope) == ("13", "age", "children")


def test_items_state_what_their_list_is_about():
    paragraphs = [
        Paragraph("We use your data to:", "", ""),
        Paragraph("cakes and the best bread", "*", ""),
        Paragraph("opt out of letters", "*", ""),
        Paragraph("This is a page of Lantern.", "*", ""),
    ]
    found = sentences(paragraphs)
    assert [[claim.rule for claim in sentence.claims] for sentence in found] == [
        ["purpose/data are used"],
        ["purpose/item of a list"],
        ["choice/opt out"],
        [],
    ]


def test_an_item_that_states_a_stronger_kind_than_its_list_keeps_it():
    paragraphs = [
        Paragraph("We collect information:", "", ""),
        Paragraph("to improve our shop", "*", ""),
        Paragraph("maps", "*", ""),
    ]
    found = sentences(paragraphs)
    assert [[claim.rule for claim in sentence.claims] for sentence in found[1:]] == [
        ["purpose/aim named"],
        ["data-type/item of a list"],
    ]


def test_named_companies_are_recipients():
    text = "Pictures come from Instagram, and letters from Quill & Ink Ltd."
    assert [(claim.kind, claim.subject) for claim in claims(text)] == [
        ("recipient", "Instagram"),
        ("recipient", "Quill & Ink"),
    ]


def test_addresses_and_companies_beside_sentences_about_returns_are_of_another_document():
    returns = "Our return policy is simple."
    assert claims(returns, "UPS has a lamp.", "returns@lantern.example") == []
    kinds = [claim.kind for claim in claims("UPS has a lamp.", "returns@lantern.example")]
    assert kinds == ["recipient", "contact"]


def test_a_language_without_rules_has_sentences_without_claims():
    (sentence,) = sentences([Paragraph("Myymme tietoja: Google Analytics.", "", "")], "fi")
    assert sentence.claims == ()


TEXTS = st.lists(
    st.builds(
        Paragraph,
        st.sampled_from(
            [
                "We sell data to Google. We use it to:",
                "improve our shop",
                "Lantern keeps them for 30 days. Our return policy is simple. Ask lantern@lantern.example.",
                "Lantern " * 20,
                "Californians can opt out.",
            ]
        ),
        st.sampled_from(["", "*", "##"]),
        st.sampled_from(["", "Residents of California"]),
    ),
    max_size=6,
)


@given(st.lists(TEXTS, max_size=4))
def test_what_was_read_before_changes_no_claim(texts: list[list[Paragraph]]):
    alone = []
    for one in texts:
        forget_all()
        alone.append(sentences(one))
    assert [sentences(one) for one in reversed(texts)] == alone[::-1]


def test_a_long_paragraph_or_lead_is_read_and_not_remembered(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []

    def spied(passage: Passage, known: Rules) -> Statements:
        read.append(passage.text)
        return read_passage(passage, known)

    monkeypatch.setattr(find, "_stated", remembered_if_short(find._size_of_passage)(spied))
    lead = "Lamps are bright and " * 200 + "we share with:"
    item = [Paragraph(lead, "", ""), Paragraph("Lantern Ltd., who print our catalogue.", "*", "")]
    for _ in range(2):
        sentences(item)
    assert read == [lead[:LONGEST], item[1].text, item[1].text]
