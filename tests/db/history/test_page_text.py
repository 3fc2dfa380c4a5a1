import pytest

from db.history import explain
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import letters
from db.history.page_text import PagePair
from extract.html.source_text import source_text
from tests.support.shop import Shop

POLICY = "We collect your name and your address when you order."
SECURITY = "Please refer to our security page for details."


def test_letters_are_what_is_left_of_a_text() -> None:
    assert letters("We ſell: 5 ﬁles_™, Émile!\n") == "wesell5filestmémile"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b"<p>We <b>se</b>ll &amp; <!-- not --> keep</p><script>x()</script><style>p</style> it",
            "wesellkeepit",
        ),
        (b"<noscript>We sell</noscript>", "wesell"),
        ("<p>“Daten” für Käufer".encode(), "datenfürkäufer"),
        ("<p>“Daten” für Käufer".encode("cp1252"), "datenfürkäufer"),
        (b"", ""),
        (b"\x00\x01", ""),
        (b"no markup at all", "nomarkupatall"),
    ],
)
def test_the_letters_of_a_page(body: bytes, expected: str) -> None:
    assert letters(source_text(body)) == expected


@pytest.mark.parametrize(
    ("old", "new", "old_page", "new_page", "expected"),
    [
        (
            f"{POLICY}\n{SECURITY}",
            POLICY,
            POLICY + SECURITY,
            POLICY + SECURITY,
            True,
        ),  # lost by the extractor
        (f"{POLICY}\n{SECURITY}", POLICY, POLICY + SECURITY, POLICY, False),  # gone from the page
        (POLICY, f"{POLICY}\n{SECURITY}", POLICY + SECURITY, POLICY + SECURITY, True),  # found at last
        (POLICY, f"{POLICY}\n{SECURITY}", POLICY, POLICY + SECURITY, False),
        (
            f"{POLICY}\nOnline services",
            POLICY,
            POLICY + "Online services",
            POLICY + "Online services",
            False,
        ),  # too few words
        (
            f"{SECURITY}\nMenu of our shop\n{POLICY}",
            POLICY,
            SECURITY + "Menu of our shop" + POLICY,
            "Menu of our shop" + POLICY,
            False,
        ),
        # Other things may stand between the blocks.
        (
            f"{SECURITY}\n{SECURITY[::-1]}\n{POLICY}",
            POLICY,
            "",
            SECURITY + "Print" + SECURITY[::-1] + POLICY,
            True,
        ),
        # One of two is gone; the other one proves nothing.
        (
            f"{SECURITY}\n{POLICY}\n{SECURITY}",
            f"{SECURITY}\n{POLICY}",
            SECURITY * 2 + POLICY,
            SECURITY + POLICY,
            False,
        ),
    ],
)
def test_what_both_pages_show_is_no_change(
    old: str, new: str, old_page: str, new_page: str, expected: bool
) -> None:
    one, other = TokenizedText(old), TokenizedText(new)
    (hunk,) = compare(one, other)
    assert PagePair(one, other, letters(old_page), letters(new_page)).on_both_pages(hunk) is expected


def test_what_recurs_is_told_by_how_often_it_is_there() -> None:
    sections = [f"This is what section {number} says of your data." for number in range(3)]
    one, other = TokenizedText("\nBack to top\n".join([*sections, ""])), TokenizedText("\n".join(sections))
    hunks = compare(one, other)
    assert len(hunks) == 3
    page = letters("Back to top".join([*sections, ""]))
    assert PagePair(one, other, page, page).on_page_as_often(hunks)
    assert not PagePair(one, other, page, letters("Back to top".join(sections))).on_page_as_often(hunks)


KINDS = "select kind, old_version % 1000000, new_version % 1000000, words_added, words_removed from changes"


def test_a_history_tells_what_the_page_did(shelf: Shop) -> None:
    shelf.observe("20140101000000", f"{POLICY}\n\n{SECURITY}")
    shelf.observe("20150101000000", POLICY)
    shelf.derive()
    assert shelf.db.execute(KINDS).fetchall() == [("wording", 1, 2, 0, 8)]


def test_a_history_tells_what_the_extractor_did(shelf: Shop) -> None:
    body = f"<p>{POLICY}</p><div>{SECURITY}</div>"
    shelf.observe("20140101000000", f"{POLICY}\n\n{SECURITY}", body=body)
    shelf.observe("20150101000000", POLICY, body=body + "<!-- another server -->")
    shelf.derive()
    assert shelf.db.execute(KINDS).fetchall() == [("extractor", 1, 1, 0, 0)]
    assert shelf.db.execute("select count(*) from versions").fetchone() == (1,)
    assert [difference.reason for difference in explain.explain(shelf.db, shelf.policy_id, source_text)] == [
        "extraction"
    ]


def test_what_two_extractors_made_of_one_body_is_no_change(shelf: Shop) -> None:
    assert with_extractors(shelf, "We sell it.", "We sell it!", ("<p>We sell it.",) * 2) == [
        ("extractor", 1, 1, 0, 0)
    ]


def with_extractors(shelf: Shop, old: str, new: str, bodies: tuple[str, str]) -> list[tuple[object, ...]]:
    """The changes between two texts that two extractors made of two bodies."""
    for year, markdown, body, extractor in zip((2014, 2015), (old, new), bodies, ("1", "2"), strict=True):
        shelf.observe(f"{year}0101000000", markdown, body=body, extractor=extractor)
    shelf.derive()
    return shelf.db.execute(KINDS).fetchall()


LONG = "\n\n".join([POLICY, SECURITY, *(f"This is what section {n} says of your data." for n in range(9))])
MENU = "<ul><li>Careers<li>Press</ul>" + "<p>Lamps of oak, brass and paper for house and garden</p>" * 3


@pytest.mark.parametrize("other_address", [False, True])
def test_what_was_beside_the_policy_on_a_whole_page_is_no_change(shelf: Shop, other_address: bool) -> None:
    whole = f"Your name and your address and our security page when you order\n\n{LONG}"
    page = shelf.add_page("http://shop.example/legal") if other_address else None
    shelf.observe("20140101000000", whole, body=f"<p>{whole}</p>{MENU}")
    shelf.observe("20150101000000", LONG, page=page)
    shelf.derive()
    assert shelf.db.execute("select count(*) from changes where kind = 'wording'").fetchone() == (0,)
    reasons = {difference.reason for difference in explain.explain(shelf.db, shelf.policy_id, source_text)}
    assert reasons == (set() if other_address else {"cut"})


@pytest.mark.parametrize("other_address", [False, True])
def test_a_sentence_that_went_with_the_whole_page_is_a_change(shelf: Shop, other_address: bool) -> None:
    whole = f"{LONG}\n\nWe never sell your data."
    page = shelf.add_page("http://shop.example/legal") if other_address else None
    shelf.observe("20140101000000", whole, body=f"<p>{whole}</p>{MENU}")
    shelf.observe("20150101000000", LONG, page=page)
    shelf.derive()
    assert shelf.db.execute(KINDS).fetchall() == [("wording", 1, 2, 0, 5)]
    reasons = [difference.reason for difference in explain.explain(shelf.db, shelf.policy_id, source_text)]
    assert reasons == ["wording"]


TWO = "We share what you tell us with two partners and with nobody else."


def test_a_word_that_only_the_new_extractor_saw_is_no_change(shelf: Shop) -> None:
    page = f"<p>{TWO}</p>"
    assert with_extractors(shelf, TWO.replace("two ", ""), TWO, (page, page + "<!-- -->")) == [
        ("extractor", 1, 1, 0, 0)
    ]


def test_a_word_that_came_with_the_new_extractor_and_to_the_page_is_a_change(shelf: Shop) -> None:
    one = TWO.replace("two ", "")
    assert with_extractors(shelf, one, TWO, (f"<p>{one}</p>", f"<p>{TWO}</p>")) == [("wording", 1, 2, 1, 0)]


def test_words_of_a_menu_prove_nothing_about_the_same_words_of_the_policy() -> None:
    line = "Do not sell my personal information"
    one, other = TokenizedText(f"{POLICY}\n\n{line}\n\n{SECURITY}"), TokenizedText(f"{POLICY}\n\n{SECURITY}")
    (hunk,) = compare(one, other)
    menu = letters(f"Home Cart {line} Help {POLICY} {SECURITY}")
    assert not PagePair(one, other, menu, menu).on_both_pages(hunk)
    between = letters(f"{POLICY} {line} {SECURITY}")
    assert PagePair(one, other, between, between).on_both_pages(hunk)


def test_words_within_a_sentence_need_the_sentence_on_the_other_page() -> None:
    old, new = (
        TokenizedText(f"{POLICY}\n\nWe {verb} it to any other party for money.")
        for verb in ("will never ever at all sell", "sell")
    )
    (hunk,) = compare(old, new)
    page = letters(f"{POLICY} We sell it to any other party for money. As we will never ever at all close.")
    assert not PagePair(old, new, page, page).on_both_pages(hunk)


def test_pages_with_the_same_letters_have_the_same_policy(shelf: Shop) -> None:
    menu = "Home and garden, oak and brass and our house"
    flat, tags = f"{menu} {POLICY} {SECURITY}", f"<p>{menu}</p><p>{POLICY}</p><p>{SECURITY}</p>"
    shelf.observe("20140101000000", f"{menu} {POLICY}\n\n{SECURITY}", body=flat)
    shelf.observe("20150101000000", f"{POLICY}\n\n{SECURITY}", body=tags)
    shelf.derive()
    assert shelf.db.execute("select kind from changes").fetchall() == [("extractor",)]


def test_a_sign_within_a_number_is_a_change_on_pages_with_the_same_letters(shelf: Shop) -> None:
    for year, number in (("2014", "1,500"), ("2015", "1.500")):
        text = f"{POLICY}\n\nWe keep it for {number} days."
        shelf.observe(f"{year}0101000000", text, body=f"<p>{text}</p>")
    shelf.derive()
    assert shelf.db.execute("select kind from changes").fetchall() == [("wording",)]
