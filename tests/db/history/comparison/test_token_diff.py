import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.hunks import Hunk, Reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText

POLICY = [
    "We collect your name and your address when you order.",
    "We share your data with our partners for marketing.",
    "You may ask us to delete your data at any time.",
    "Cookies are small files that we store on your device.",
]


def reasons(old: list[str], new: list[str]) -> list[Reason]:
    return [hunk.reason for hunk in compare(TokenizedText("\n\n".join(old)), TokenizedText("\n\n".join(new)))]


def test_equal_texts_have_no_hunks() -> None:
    assert compare(TokenizedText("We sell."), TokenizedText("We sell.")) == ()


def test_a_hunk_tells_where() -> None:
    assert compare(TokenizedText("We sell data."), TokenizedText("We never sell data.")) == (
        Hunk(1, 1, 1, 2, "wording"),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (POLICY[1], "We never share your data with our partners for marketing.", "wording"),
        (POLICY[1], POLICY[1].replace("our", "other"), "wording"),
        (POLICY[1], "We share your data, with our partners for marketing.", "wording"),  # a comma is a sign
        (POLICY[1], "We share your data with our partners for marketing:", "punctuation"),
        (POLICY[1], "We share your data with ourpartners for marketing.", "spacing"),
        (POLICY[1], POLICY[1].upper(), "capitals"),
        (POLICY[1], "1. We share your data with our partners for marketing.", None),  # a list mark
        (POLICY[1], "a) We share your data with our partners for marketing.", "punctuation"),
        ("We guard our partner's “data”.", "We guard our partner?s ?data?.", "encoding"),
        ("Do we sell data? We never do it.", "Do we sell data. We never do it.", "wording"),
        ("Pay 1.5 percent of your order.", "Pay 15 percent of your order.", "wording"),
        ("Pay 1.5 percent of your order.", "Pay 1:5 percent of your order.", "wording"),
        (
            "Write to privacyofficer@shop.example for more.",
            "Write to privacy.officer@shop.example for more.",
            "wording",
        ),
        ("Terms and conditions apply to your order.", "Terms & conditions apply to your order.", "wording"),
        (
            "Terms & conditions apply to your order.",
            "Terms &. conditions apply to your order.",
            None,
        ),  # a mangled entity
        (POLICY[1], POLICY[1].replace("data", "data."), "wording"),  # a stop within the line
        ("Terms and conditions apply to your order.", "Terms or conditions apply to your order.", "wording"),
        ("Last updated: May 1, 2014", "Last updated: May 2, 2014", "wording"),
        ("© 2013 Shop Inc.", "© 2014 Shop Inc.", "copyright"),
        ("© 2013 Shop Inc.", "© 2013 Shop and Partners Inc.", "wording"),
    ],
)
def test_a_difference_in_a_block(old: str, new: str, reason: Reason | None) -> None:
    assert reasons([POLICY[0], old, POLICY[2]], [POLICY[0], new, POLICY[2]]) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (POLICY, ["Home › Help", *POLICY], ["outside"]),
        (["Privacy Policy", *POLICY], POLICY, ["outside"]),
        (POLICY, ["Effective May 1, 2014", *POLICY], ["wording"]),
        (POLICY, [*POLICY, "Fax"], ["wording"]),  # an item, as far as one can tell
        (POLICY, [*POLICY, "© 2014 Shop Inc."], ["copyright"]),
        (POLICY, [POLICY[3], *POLICY[:3]], ["moved", "moved"]),
        (["## Sharing", *POLICY], ["Sharing", "## Sharing", *POLICY], ["repeated"]),
        (POLICY, [*POLICY, *POLICY] * 2, ["repeated"]),
        (POLICY, [*POLICY, POLICY[0]], ["wording"]),  # short: may be meant
        (POLICY, POLICY[:3], ["wording"]),
    ],
)
def test_a_difference_of_blocks(old: list[str], new: list[str], expected: list[Reason]) -> None:
    assert reasons(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We store your name, address.", "We store your name, address, orders."),
        ("We store your name", "We store your name orders"),
        ("We store:\n* your name", "We store:\n* your name\n* Orders"),
        ("We store:\n\nYour name", "We store:\n\nYour name\n\nOrders"),
    ],
)
def test_a_name_of_a_menu_in_a_list_or_sentence_at_the_end_is_a_change(old: str, new: str) -> None:
    assert set(reasons([*POLICY, old], [*POLICY, new])) == {"wording"}
    assert set(reasons([*POLICY, new], [*POLICY, old])) == {"wording"}


def test_a_page_set_anew_may_be_cut_elsewhere() -> None:
    prose = [
        f"We use item {word} of your data for the purpose that you gave it to us for." for word in "abcdefgh"
    ]
    flat = " ".join(prose)
    assert reasons([flat], ["Your rights.", *prose]) == ["cut"]
    assert reasons([flat], [*prose[:4], "We sell it.", *prose[4:]]) == ["wording"]


PIECES = st.lists(st.sampled_from(POLICY), min_size=1, max_size=6)


@given(PIECES, st.integers(0, 5), st.sampled_from(["sell", "rent", "encrypt"]))
def test_a_new_sentence_is_a_change_wherever_it_stands(texts: list[str], where: int, verb: str) -> None:
    sentence = f"We {verb} what you told us."
    at = min(where, len(texts))
    assert "wording" in reasons(texts, [*texts[:at], sentence, *texts[at:]])
    assert "wording" in reasons([*texts[:at], sentence, *texts[at:]], texts)


@given(PIECES, PIECES)
def test_the_hunks_turn_one_text_into_the_other(one: list[str], other: list[str]) -> None:
    old, new = TokenizedText("\n".join(one)), TokenizedText("\n".join(other))
    tokens: list[str] = []
    at = 0
    for hunk in compare(old, new):
        tokens += [*old.tokens[at : hunk.old_start], *new.tokens[hunk.new_start : hunk.new_end]]
        at = hunk.old_end
    assert (*tokens, *old.tokens[at:]) == new.tokens


FOOTER = ["© 2012 Shop Inc. All rights reserved.", "Sale prices valid in all our stores until June 24."]


def test_what_stands_behind_the_copyright_line_is_outside() -> None:
    assert reasons([*POLICY, *FOOTER], [*POLICY, FOOTER[0], FOOTER[1].replace("June 24", "July 18")]) == [
        "outside"
    ]
    assert reasons([*POLICY, *FOOTER], [*POLICY, *FOOTER, "Policy last updated: May 1, 2012"]) == ["wording"]
    assert reasons([*POLICY, *FOOTER], [POLICY[0], *POLICY[2:], *FOOTER]) == ["wording"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("California residents: we do not sell your data.", "California residents: we do sell your data."),
        (FOOTER[0], FOOTER[0] + " We now sell your data to a partner."),
        (FOOTER[0] + " We never sell your data to anybody.", FOOTER[0]),
    ],
)
def test_a_sentence_of_the_policy_beside_the_copyright_line_counts(old: str, new: str) -> None:
    old_end, new_end = ([end] if "©" in end else [FOOTER[0], end] for end in (old, new))
    assert reasons([*POLICY, *old_end], [*POLICY, *new_end]) == ["wording"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We never sell your data", "We sell your data"),
        ("What we do in the United States and Canada", "What we do in the United States"),
    ],
)
def test_a_first_line_without_a_stop_counts(old: str, new: str) -> None:
    assert reasons(["# Privacy", old, *POLICY], ["# Privacy", new, *POLICY]) == ["wording"]
    assert reasons(["# Privacy", *POLICY], ["# Privacy", new, *POLICY]) == ["wording"]


def test_sections_that_are_new_count_though_their_words_are() -> None:
    sections = [
        "## Cookies",
        "Cookies are small files that our server places on your computer.",
        "You can switch them off in your browser, and the shop will still work.",
        "## Gift cards",
        "We keep records of your gift cards for a year, and we limit them to 1,000 dollars for each one.",
    ]
    assert reasons(POLICY[:2], [*POLICY[:2], *sections]) == ["wording"]
    assert reasons([*POLICY[:2], *sections], POLICY[:2]) == ["wording"]


def test_a_name_of_a_part_of_the_page_at_its_end_is_outside() -> None:
    assert reasons(POLICY, [*POLICY, "Tweet"]) == ["outside"]
    assert reasons(POLICY, [*POLICY, "Top | Site Map"]) == ["outside"]
    assert reasons(POLICY, [*POLICY, "Legal Department"]) == ["wording"]


def test_headings_are_repeated_only_where_both_texts_have_them() -> None:
    contents, headings = ["## Cookies", "## Children"], ["## Cookies", POLICY[0], "## Children", POLICY[1]]
    assert reasons(headings, [*contents, *headings]) == ["repeated"]
    assert reasons(POLICY, [POLICY[0], "## Do Not Sell", *POLICY[1:]]) == ["wording"]


SELLING = "We will not sell your data to any third party."
SHARING = "We will share your order with the carrier who brings it to you."
REST = [SHARING, "Children may not order anything.", "Our site has links to other shops."]
LISTS = [
    "## What we share",
    "* Your name",
    "* Your address",
    "## What we never share",
    "* Your orders",
    "* Your card",
]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A negation that goes from one sentence to another.
        ([SELLING, SHARING], [SELLING.replace("not ", ""), SHARING.replace("will", "will not")]),
        ([f"{SELLING} {SHARING}"], [f"{SELLING.replace('not ', '')} {SHARING.replace('will', 'will not')}"]),
        # An item that stands under another heading now.
        (LISTS, [*LISTS[:3], LISTS[4], LISTS[3], LISTS[5]]),
    ],
)
def test_words_that_say_something_else_at_another_place_are_not_moved(old: list[str], new: list[str]) -> None:
    found = reasons([*POLICY, *old], [*POLICY, *new])
    assert found
    assert set(found) == {"wording"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([SELLING, SHARING], [SHARING, SELLING]),
        (["* Your name", *POLICY, "* Orders"], [*POLICY, "* Orders", "* Your name"]),  # a short item
        (["## Sale", SELLING, "## Rest", *REST], ["## Rest", *REST, "## Sale", SELLING]),
    ],
)
def test_blocks_are_moved_under_their_heading(old: list[str], new: list[str]) -> None:
    assert set(reasons([*POLICY, *old], [*POLICY, *new])) == {"moved"}


ITEM = "* sell your name to anybody who asks us"
LEADS = ["We never:", "* rent your name", "We may:", "* store your name"]


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "## Your name\n\n{}",
    ],
)
@pytest.mark.parametrize("marks", [("* ", "* "), ("* ", "1. "), ("* ", "")])
@pytest.mark.parametrize("colon", [":", "", "："])
def test_an_item_that_moves_to_another_lead_is_a_change(
    form: str, marks: tuple[str, str], colon: str
) -> None:
    leads = [line.replace(":", colon) for line in LEADS]
    if not colon and not marks[1]:
        return  # lines without marks and colons: nothing shows that they are a list
    old, new = [*leads[:2], ITEM, *leads[2:]], [*leads, ITEM]
    texts = [form.format("\n".join([*POLICY, *lines]).replace(*marks)) for lines in (old, new)]
    assert set(reasons(*([text] for text in texts))) == {"wording"}
    below = [*leads[:2], *leads[2:3], ITEM, *leads[3:]]
    assert set(reasons([form.format("\n".join(below))], [form.format("\n".join([*leads, ITEM]))])) == {
        "moved"
    }


def test_an_item_below_an_item_has_it_as_its_lead() -> None:
    nested = [f"* {line}" if line.endswith(":") else f"  {line}" for line in LEADS]
    assert set(reasons([*nested[:2], f"  {ITEM}", *nested[2:]], [*nested, f"  {ITEM}"])) == {"wording"}


CONDITION = "with your prior and written consent only"


def test_a_part_of_a_sentence_is_not_moved() -> None:
    old = f"We share your name {CONDITION}. We sell your diary."
    new = f"We share your name. We sell your diary {CONDITION}."
    assert set(reasons([*POLICY, old], [*POLICY, new])) == {"wording"}


def test_a_sentence_is_moved_within_its_block() -> None:
    one, *others = (
        "We sell the diary of nobody here.",
        "We store your name.",
        "Ask us for a copy of all of it.",
    )
    old, new = " ".join([one, *others]), " ".join([*others, one])
    assert set(reasons([*POLICY, old], [*POLICY, new])) == {"moved"}
    assert set(reasons([*POLICY, f"Never. {others[1]}"], [*POLICY, f"{others[1]} Never."])) == {"wording"}


@pytest.mark.parametrize(
    "line",
    [
        "(c) your e-mail address",
        "Copyright",
        "(c) what we have stored",
        "Copyright and trade marks of others",
    ],
)
@pytest.mark.parametrize("where", [0, 1])
def test_a_line_without_a_year_is_no_copyright_line(line: str, where: int) -> None:
    texts = [[*POLICY], [*POLICY]]
    for text, verb in zip(texts, ("sell", "never sell"), strict=True):
        text[where:where] = [line]
        text.append(f"We {verb} your data to third parties.")
    assert reasons(*texts) == ["wording"]


@pytest.mark.parametrize("sign", ["(c)", "©", "Copyright", "Copyright ©"])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2019 Shop. Effective January 1, 2019", "2019 Shop. Effective March 1, 2019", {"wording"}),
        ("2019 Shop. Effective January 1, 2019", "2019 Shop. Effective January 1, 2020", {"wording"}),
        ("2018 Shop. Effective May 1, 2018", "2019 Shop. Effective May 1, 2018", {"copyright"}),
        ("2019 Shop", "2019 Shop. Effective January 1, 2019", {"wording"}),
        ("2019 Shop. Updated May 2019", "", {"wording"}),
        ("2019 Shop", "", {"copyright"}),
    ],
)
def test_a_date_on_a_copyright_line_is_a_stated_date(
    sign: str, old: str, new: str, expected: set[Reason]
) -> None:
    before, after = ([*POLICY, f"{sign} {line}"] if line else POLICY for line in (old, new))
    assert set(reasons(before, after)) == expected


def test_a_copyright_line_above_the_policy_ends_nothing() -> None:
    old, new = (["© 2019 Shop Inc.", *POLICY, f"We {verb} it."] for verb in ("sell", "never sell"))
    assert reasons(old, new) == ["wording"]


def test_a_number_of_an_item_c_is_a_change() -> None:
    old, new = ([*POLICY, "(a) your name;", f"(c) your orders, for {days} days."] for days in (30, 90))
    assert reasons(old, new) == ["wording"]


def test_a_first_line_without_a_full_stop_is_a_statement_if_it_has_the_words_of_one() -> None:
    assert reasons(POLICY, ["We now share your data with our partners and you", *POLICY]) == ["wording"]


def test_a_heading_as_a_list_item_is_no_repetition() -> None:
    old = ["## Marketing", *POLICY, "* Orders"]
    assert reasons(old, [*old, "* Marketing"]) == ["wording"]


def test_one_sign_of_a_text_without_spaces_is_one_word() -> None:
    old, new = TokenizedText("我们保留您的数据三年。"), TokenizedText("我们保留您的数据五年。")
    assert compare(old, new) == (Hunk(8, 9, 8, 9, "wording"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("我们会出售您的个人数据。", "我们不会出售您的个人数据。"),
        ("เราขายข้อมูลของคุณให้บุคคลที่สาม", "เราไม่ขายข้อมูลของคุณให้บุคคลที่สาม"),
        ("We sell your data", "We never sell your data"),  # a text without any full stop
    ],
)
def test_a_word_in_a_text_without_sentences_is_a_change(old: str, new: str) -> None:
    assert set(reasons(["# 隐私政策", old], ["# 隐私政策", new])) == {"wording"}
