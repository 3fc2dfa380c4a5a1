"""Findings of two whole texts, with the rules of `extract.claims`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.findings.findings import findings
from db.findings.sides import QUOTED
from db.findings.statement import Finding
from db.history.comparison.differences import differences
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from extract.claims import Paragraph, sentences

BEGIN = "We write this policy for you. Lamps are sold in three shops."
SALE = "We do not sell your personal information."
SHARE = "We share your address with delivery companies."
OPT_OUT = "To opt out of our letters, write to letters@lantern.example."


def found(old: str, new: str) -> list[Finding]:
    texts = TokenizedText(old), TokenizedText(new)
    words = Words(texts[0]), Words(texts[1])
    judged = differences(*words, compare(*texts))
    return findings(
        *words, judged, ("en", "en"), lambda of, code: sentences([Paragraph(*one) for one in of], code)
    )


def moves(*parts: str, then: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    old, new = ("# Privacy\n\n" + "\n\n".join((BEGIN, *lines)) for lines in (parts, then))
    return [(one.kind, one.move, one.before, one.after) for one in found(old, new)]


def test_a_new_sentence_is_a_new_statement():
    assert moves(SALE, then=(SALE, SHARE)) == [("sharing", "added", "", SHARE)]


def test_a_promise_that_goes_is_removed():
    assert moves(SALE, SHARE, then=(SHARE,)) == [("sale", "removed", SALE, "")]


def test_a_promise_that_is_reversed_is_changed():
    after = "We may sell your personal information."
    assert moves(SALE, then=(after,)) == [("sale", "changed", SALE, after)]


def test_a_sentence_that_replaces_the_only_one_of_its_rule_in_a_section_is_changed():
    after = "Bakers far away receive your phone number and share it with advertisers."
    found_moves = moves(SHARE, then=(after,))
    assert [(kind, move) for kind, move, _, _ in found_moves] == [("sharing", "changed")]


def test_another_country_in_the_same_sentence_is_changed():
    old, new = "Your data are stored on servers in Germany.", "Your data are stored on servers in Canada."
    assert moves(SALE, old, then=(SALE, new)) == [("transfer", "changed", old, new)]


def test_another_address_in_a_choice_is_changed():
    after = OPT_OUT.replace("letters@", "quiet@")
    assert moves(OPT_OUT, then=(after,)) == [("choice", "changed", OPT_OUT, after)]


def test_a_date_is_one_change():
    old, new = "Last updated: May 3, 2019", "Last updated: June 4, 2021"
    assert moves(old, SALE, then=(new, SALE)) == [("date", "changed", old, new)]


def test_another_company_in_the_same_sentence_is_a_changed_recipient():
    old, new = (
        "Our letters are sent by Mailchimp for us each week.",
        "Our letters are sent by Klaviyo for us each week.",
    )
    assert ("recipient", "changed", old, new) in moves(SALE, old, then=(SALE, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SHARE, SHARE.replace("companies", "company")),
        (SHARE, SHARE.replace("We share", "We share")),
        (SHARE, f"{SHARE} Please read this policy online."),
        ("Please click here to opt out of our letters.", "Pleaseclick here to opt out of our letters."),
    ],
)
def test_an_editorial_change_means_nothing(old: str, new: str):
    assert moves(SALE, old, then=(SALE, new)) == []


def test_a_sentence_that_moves_means_nothing():
    assert moves(SALE, SHARE, OPT_OUT, then=(OPT_OUT, SALE, SHARE)) == []


def test_the_same_change_in_several_places_is_one_finding():
    lines = [f"To opt out of {what}, write to mail@lantern.example." for what in ("letters", "calls")]
    after = [line.replace("mail@", "quiet@") for line in lines]
    assert [(kind, move) for kind, move, _, _ in moves(*lines, then=tuple(after))] == [("choice", "changed")]


def test_quotes_are_short():
    long = f"We share your address with delivery companies {'and with a friend ' * 30}of the shop."
    ((_, _, _, after),) = moves(SALE, then=(SALE, long))
    assert len(after.split()) <= QUOTED
    assert after in long


PARTS = st.lists(
    st.sampled_from([SALE, SHARE, OPT_OUT, "Lamps glow at night.", "Last updated: May 3, 2019"]), max_size=5
)


@given(PARTS, PARTS)
def test_each_quote_is_in_its_text_and_in_its_move(old: list[str], new: list[str]):
    texts = ["# Privacy\n\n" + "\n\n".join([BEGIN, *lines]) for lines in (old, new)]
    for one in found(*texts):
        assert one.before in texts[0]
        assert one.after in texts[1]
        assert (one.move != "added") == bool(one.before)
        assert (one.move != "removed") == bool(one.after)


TABLE = "| Sub-processor | Purpose | Place |\n| --- | --- | --- |\n"


def test_each_new_row_of_a_table_of_processors_is_a_recipient():
    old = TABLE + "| Wick | Parcels | Oslo |\n| Mailkite | Mail | Bonn |"
    new = TABLE + "| Lampion | Parcels | Oslo |\n| MailKite | Letters | Bonn |\n| Docht | Mail | Nice |"
    assert moves(SALE, old, then=(SALE, new)) == [
        ("recipient", "removed", "Wick Parcels Oslo", ""),
        ("recipient", "added", "", "Lampion Parcels Oslo"),
        ("recipient", "added", "", "Docht Mail Nice"),
    ]


def test_the_same_other_duration_in_two_statements_is_two_changes():
    old = "We keep your letters for one year.", "Your account is deleted after one year without an order."
    new = tuple(one.replace("one year", "24 months") for one in old)
    assert moves(*old, then=new) == [
        ("retention", "changed", before, after) for before, after in zip(old, new, strict=True)
    ]
