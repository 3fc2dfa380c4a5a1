import pytest

from db.promises.statement import KINDS
from db.promises.topics import share, topics, topics_of


@pytest.mark.parametrize(
    ("quote", "kind", "expected"),
    [
        ("We sell or rent your e-mail address.", "sale", {"sell", "e-mail"}),
        ("Lamps are bright.", "sale", set()),
        ("You can have your data erased.", "right", {"delete"}),
        ("Data are erased after a year.", "retention", {"keep"}),
        ("Reply STOP to end text messages.", "choice", {"text messages"}),
    ],
)
def test_words_have_the_topics_of_their_kind(quote: str, kind: str, expected: set[str]):
    assert topics_of(quote, frozenset([kind])) == expected


def test_each_topic_has_a_weight_and_known_kinds():
    for one in topics().values():
        assert 1 <= one.weight <= 3
        assert one.kinds <= set(KINDS)


def test_the_share_is_by_weight():
    sell, both = frozenset(["sell"]), frozenset(["sell", "e-mail"])
    assert share(sell, both) == 0.6
    assert share(sell, sell) == 1
    assert share(frozenset(), frozenset()) == 0
