"""Who had a sentence first: certainly only if one showed it before the other's last capture without it."""

from contextlib import closing

from db.report.templates.holders import HeldSentence, Holders, SentenceCounts


def counts(*held: HeldSentence) -> dict[int, SentenceCounts]:
    with closing(Holders()) as holders:
        holders.add(held)
        return holders.counts()


def test_certain_seen_and_possible() -> None:
    found = counts(
        HeldSentence(7, 1, "2011-01", "2012-03"),
        HeldSentence(7, 2, "2012-06", "2013-01"),
        HeldSentence(7, 3, "2011-06", "2012-09"),
    )
    assert found == {
        1: SentenceCounts(1, certain=0, seen=0, possible=1),
        3: SentenceCounts(1, certain=0, seen=1, possible=1),
        2: SentenceCounts(1, certain=1, seen=1, possible=1),
    }


def test_a_sentence_from_the_beginning_is_never_certain() -> None:
    assert counts(HeldSentence(7, 1, "", "2012"), HeldSentence(7, 2, "", "2013")) == {
        1: SentenceCounts(1, certain=0, seen=0, possible=1),
        2: SentenceCounts(1, certain=0, seen=1, possible=1),
    }


def test_a_sentence_of_one_shop_is_its_own() -> None:
    assert counts(HeldSentence(-7, 1, "", "2012")) == {1: SentenceCounts(1)}


def test_the_same_moments_have_no_first() -> None:
    found = counts(HeldSentence(7, 1, "2011", "2012"), HeldSentence(7, 2, "2011", "2012"))
    assert found == dict.fromkeys((1, 2), SentenceCounts(1, certain=0, seen=0, possible=1))


def test_counts_of_policies_are_added() -> None:
    total = SentenceCounts(1, 1, 0, 1)
    total.add(SentenceCounts(9, 1, 2, 3))
    assert total == SentenceCounts(10, 2, 2, 4)
