import pytest
from shelf import Shop

from db import history
from db.blocks import Reading
from db.hunks import compare
from db.shown import is_of_the_extractor, letters, letters_of_page

POLICY = "We collect your name and your address when you order."
SECURITY = "Please refer to our security page for details."


def test_letters_are_what_is_left_of_a_text() -> None:
    assert letters("We ſell: 5 ﬁles_™, Émile!\n") == "wesell5filestmémile"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<p>We <b>se</b>ll &amp; <!-- not --> keep</p><script>x()</script><style>p</style> it", "wesellkeepit"),
        (b"<noscript>We sell</noscript>", "wesell"),
        (b"", ""),
        (b"\x00\x01", ""),
        (b"no markup at all", "nomarkupatall"),
    ],
)
def test_the_letters_of_a_page(body: bytes, expected: str) -> None:
    assert letters_of_page(body) == expected


@pytest.mark.parametrize(
    ("old", "new", "old_page", "new_page", "expected"),
    [
        (f"{POLICY}\n{SECURITY}", POLICY, POLICY + SECURITY, POLICY + SECURITY, True),  # lost by the extractor
        (f"{POLICY}\n{SECURITY}", POLICY, POLICY + SECURITY, POLICY, False),  # gone from the page
        (POLICY, f"{POLICY}\n{SECURITY}", POLICY + SECURITY, POLICY + SECURITY, True),  # found at last
        (POLICY, f"{POLICY}\n{SECURITY}", POLICY, POLICY + SECURITY, False),
        (f"{POLICY}\nOnline services", POLICY, POLICY + "Online services", POLICY + "Online services", False),  # too few words
        # One of two is gone; the other one proves nothing.
        (f"{SECURITY}\n{POLICY}\n{SECURITY}", f"{SECURITY}\n{POLICY}", SECURITY * 2 + POLICY, SECURITY + POLICY, False),
    ],
)
def test_what_both_pages_show_is_no_change(old: str, new: str, old_page: str, new_page: str, expected: bool) -> None:
    one, other = Reading(old), Reading(new)
    (hunk,) = compare(one, other)
    assert is_of_the_extractor(hunk, one, other, letters(old_page), letters(new_page)) is expected


def test_a_history_tells_what_the_extractor_did_from_what_the_page_did(shelf: Shop) -> None:
    first = shelf.observe("20140101000000", f"{POLICY}\n\n{SECURITY}")
    second = shelf.observe("20150101000000", POLICY)
    shelf.derive()
    changes = "select count(*) from changes"
    assert shelf.db.execute(changes).fetchone() == (1,)
    shelf.db.execute("update captures set body_id = (select body_id from captures where id = ?) where id = ?", [first, second])
    shelf.derive()
    assert shelf.db.execute(changes).fetchone() == (0,)
    assert [difference.reason for difference in history.explain(shelf.db, shelf.policy_id)] == ["extraction"]
