from crawler.workers.tasks import read_claims
from db.claims.reading import PlacedClaim, read_text

TEXT = """# Privacy

Lamps are bright.

## California residents

We keep [your order data](/data) for **thirteen months**; lamps glow.

* Other firms may not sell your data.
"""


def test_a_claim_has_its_words_and_their_place():
    first, second = read_text(TEXT, "en", read_claims)
    assert first == PlacedClaim(
        kind="retention",
        polarity="states",
        subject="retention",
        value="13",
        unit="months",
        scope="California",
        modality="does",
        section="California residents",
        quote="We keep your order data for thirteen months",
        start=TEXT.index("We keep"),
        end=TEXT.index("**;"),
        rule="retention/retains",
        reference="GDPR Art. 13(2)(a)",
    )
    assert (second.kind, second.polarity) == ("sale", "denies")
    assert TEXT[second.start : second.end] == second.quote == "Other firms may not sell your data."


def test_a_text_in_another_language_and_an_empty_text_have_no_claims():
    assert read_text("Myymme tietoja.", "fi", read_claims) == ()
    assert read_text("", "en", read_claims) == ()
