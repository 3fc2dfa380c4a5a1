"""Who had a sentence first: certainly only if one showed it before the other's last capture without it."""

from contextlib import closing

from db.report.templates.holders import HeldSentence, Holders, SentenceOrigin


def origins(*held: HeldSentence) -> list[SentenceOrigin]:
    with closing(Holders()) as holders:
        holders.add(held)
        return list(holders.origins())


def test_certain_seen_and_possible() -> None:
    found = origins(
        HeldSentence(7, 1, "2011-01", "2012-03"),
        HeldSentence(7, 2, "2012-06", "2013-01"),
        HeldSentence(7, 3, "2011-06", "2012-09"),
    )
    assert found == [
        SentenceOrigin(1, certain=False, seen=False, possible=True),
        SentenceOrigin(3, certain=False, seen=True, possible=True),
        SentenceOrigin(2, certain=True, seen=True, possible=True),
    ]


def test_a_sentence_from_the_beginning_is_never_certain() -> None:
    assert origins(HeldSentence(7, 1, "", "2012"), HeldSentence(7, 2, "", "2013")) == [
        SentenceOrigin(1, certain=False, seen=False, possible=True),
        SentenceOrigin(2, certain=False, seen=True, possible=True),
    ]


def test_a_sentence_of_one_shop_is_its_own() -> None:
    assert origins(HeldSentence(-7, 1, "", "2012")) == [
        SentenceOrigin(1, certain=False, seen=False, possible=False)
    ]


def test_the_same_moments_have_no_first() -> None:
    found = origins(HeldSentence(7, 1, "2011", "2012"), HeldSentence(7, 2, "2011", "2012"))
    assert [(one.certain, one.seen, one.possible) for one in found] == [(False, False, True)] * 2
