import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.differences import Difference, fit
from db.history.comparison.words import bare, split
from db.history.readable_diff import count
from tests.support.differences import Compared, compare

POLICY = """# Privacy Policy

## What we collect

We collect your name, your address and your telephone number when you place an order with our shop.

  * Cookies keep your cart.
  * Logs are kept for 30 days, and are then deleted from all of our servers.

## Sharing

We never sell your information to anyone at all. Effective May 25, 2018.

您的数据会保留三年,之后我们会删除它。
"""


def places(found: Compared) -> list[tuple[str, str, str, str]]:
    return [(one.reason, one.section, one.removed, one.added) for one in found.differences]


@pytest.mark.parametrize(
    ("old", "new", "expected", "size"),
    [
        ("May 25", "June 25", [("wording", "Sharing", "May", "June")], (1, 1)),
        ("25, 2018", "26, 2018", [("wording", "Sharing", "25", "26")], (1, 1)),
        ("never sell", "Never sell", [("wording", "Sharing", "never", "Never")], (1, 1)),
        ("三年", "五年", [("wording", "Sharing", "三", "五")], (1, 1)),
        ("name,", "name", [("wording", "What we collect", "name,", "name")], (1, 1)),
        ("never ", "", [("wording", "Sharing", "never", "")], (0, 1)),
        ("30 days,", "30 (days),", [("wording", "What we collect", "days", "(days)")], (1, 1)),
        ("May 25,", "(May (25,", [("wording", "Sharing", "May 25", "(May (25")], (2, 2)),
        (
            "Cookies keep",
            "COOKIES KEEP",
            [("capitals", "What we collect", "Cookies keep", "COOKIES KEEP")],
            (0, 0),
        ),
        (
            "your name, your address",
            "your e-mail, your phone",
            [
                ("wording", "What we collect", "name", "e-mail"),
                ("wording", "What we collect", "address", "phone"),
            ],
            (2, 2),
        ),
        ("# Privacy Policy", "# Privacy Notice", [("title", "", "Privacy Policy", "Privacy Notice")], (0, 0)),
    ],
)
def test_a_place_is_whole_words(
    old: str, new: str, expected: list[tuple[str, str, str, str]], size: tuple[int, int]
) -> None:
    found = compare(POLICY, POLICY.replace(old, new))
    assert (places(found), found.size[:2]) == (expected, size)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("We will never:", "We will:", [("never:", "")]),
        ("We will:", "We will never:", [("", "never:")]),
        ("We share data.", "We share data to our partners.", [("", "to our partners.")]),
        ("We share data to our partners.", "We share data.", [("to our partners.", "")]),
        ("Your name, address.", "Your name, address, orders.", [("", "orders.")]),
        ("* name;\n* address.", "* name;\n* address;\n* orders.", [("", "orders.")]),
        ("We share names.", "We share names; we sell it, too.", [("", "we sell it, too.")]),
        ("我们出售数据。", "我们出售数据和名字。", [("", "和名字。")]),
        # The stop is another one, or it stands in the middle of a sentence.
        ("We share data.", "We share data to our partners!", [("data.", "data to our partners!")]),
        ("We share data, names.", "We share data names.", [("data,", "data")]),
        ("We share data, always.", "We share your data always.", [("data,", "your data")]),
        ("We share data, always.", "We share it, always.", [("data", "it")]),
    ],
)
def test_a_stop_that_belongs_to_another_word_now_is_no_difference(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    found = compare(f"{POLICY}\n{old}", f"{POLICY}\n{new}")
    assert [(one.removed, one.added) for one in found.differences] == expected
    assert found.size[:2] == (len(split(expected[0][1])), len(split(expected[0][0])))
    assert count(found.pieces) == found.size[:2]


def test_equal_texts() -> None:
    assert compare(POLICY, POLICY).differences == ()
    assert compare(POLICY, POLICY).size == (0, 0, 1.0, 0)
    assert compare("", "").size == (0, 0, 1.0, 0)


def test_an_added_paragraph_is_that_paragraph() -> None:
    """The words "kept. Logs are" could be the added ones too."""
    item = "  * Logs are never sold, and are then deleted from all of our servers.\n"
    found = compare(POLICY, POLICY.replace("\n## Sharing", f"{item}\n## Sharing"))
    assert [one.added for one in found.differences] == [item.strip(" *\n")]
    found = compare("Ask us.\n\nWe keep it.", "Ask us.\n\nWe keep logs.\n\nWe keep it.")
    assert [one.added for one in found.differences] == ["We keep logs."]


def test_only_what_does_not_count_is_set_aside() -> None:
    new = POLICY.replace("# Privacy Policy", "# Our new policy")
    new = new.replace("Cookies keep your", "COOKIES KEEP YOUR").replace("our shop", "OUR SHOP")
    found = compare(POLICY, new)
    assert [(one.reason, one.is_set_aside) for one in found.differences] == [
        ("title", False),
        ("capitals", False),
        ("capitals", True),
    ]
    assert found.size[3] == 1


def test_differences_fit_their_own_texts_only() -> None:
    found = compare(POLICY, POLICY.replace("30 days", "90 days"))
    assert fit(found.old, found.new, found.differences)
    assert not fit(found.new, found.old, found.differences)
    beyond = Difference(1, "wording", "", "x", "", 400, 401, 400, 400)
    assert not fit(found.old, found.new, [beyond])


WORDS = POLICY.split(" ")


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_whatever_is_edited_every_word_is_in_one_place(seed: int, edits: int) -> None:
    """The old text without the removed words is the new text without the added ones."""
    rng = random.Random(seed)
    words = list(WORDS)
    for _ in range(edits):
        at = rng.randrange(1, len(words))
        match rng.choice(("remove", "add", "replace", "swap")):
            case "remove":
                del words[at]
            case "add":
                words.insert(at, rng.choice(WORDS))
            case "replace":
                words[at] = rng.choice(("never", "Data.", "数据", "(c)", "2019,"))
            case _:
                words[at - 1], words[at] = words[at], words[at - 1]
    found = compare(POLICY, " ".join(words))
    kept = list(found.old.words), list(found.new.words)
    for one in reversed([one for one in found.differences if one.place]):
        del kept[0][one.old_start : one.old_end], kept[1][one.new_start : one.new_end]
    assert "".join(map(bare, kept[0])) == "".join(map(bare, kept[1]))
    if all(one.old_start < one.old_end and one.new_start < one.new_end for one in found.differences):
        assert "".join(kept[0]) == "".join(kept[1])  # no stop can have moved
    assert count(found.pieces) == found.size[:2]
    assert fit(found.old, found.new, found.differences)
    for one in found.differences:
        if one.place:
            texts = one.removed, one.added
            assert [len(split(text)) for text in texts] == [
                one.old_end - one.old_start,
                one.new_end - one.new_start,
            ]
    ends = [(one.old_end, one.new_end) for one in found.differences if one.place]
    assert ends == sorted(ends)
