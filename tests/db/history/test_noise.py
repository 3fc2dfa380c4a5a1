from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.hunks import Reason
from db.history.comparison.tokenized import TokenizedText
from db.history.noise.follow import follow
from db.history.noise.steps import Step, comparer
from db.history.timeline import Witness

POLICY = [
    "We collect your name and your address when you order.",
    "We share your data with our partners for marketing.",
    "You may ask us to delete your data at any time.",
    "Cookies are small files that we store on your device.",
]
FEEDBACK = "Tell us what you think of this page and of our shop, and we shall make it better."


def steps(texts: list[list[str]], days: float = 1) -> list[Step]:
    """Follow a page whose captures, so many days apart, show these blocks."""
    markdown = ["\n\n".join(blocks) for blocks in texts]
    ids = {text: number for number, text in enumerate(dict.fromkeys(markdown))}
    readings = {number: TokenizedText(text) for text, number in ids.items()}
    start = datetime(2014, 1, 1, 12)
    seen = [
        Witness(f"{(start + n * timedelta(days=days)).isoformat()}Z", "1", ids[text], text)
        for n, text in enumerate(markdown)
    ]
    return follow(seen, readings.__getitem__, comparer(readings.__getitem__))


def reasons(texts: list[list[str]], days: float = 1) -> list[list[Reason]]:
    return [[hunk.reason for hunk in step.hunks] for step in steps(texts, days)]


def with_block(*blocks: str, at: int = 2) -> list[list[str]]:
    return [[*POLICY[:at], *([block] if block else []), *POLICY[at:]] for block in blocks]


def test_a_page_that_stays_has_no_steps() -> None:
    assert steps([POLICY] * 9) == []


def test_a_step_lies_between_the_captures_that_show_it() -> None:
    (step,) = steps([POLICY, POLICY, POLICY[:3], POLICY[:3]])
    assert (step.number, step.old.captured_at, step.new.captured_at) == (
        2,
        "2014-01-02T12:00:00Z",
        "2014-01-03T12:00:00Z",
    )
    assert step.is_change


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize(
    "blocks",
    [
        [f"{n} items" for n in (3, 1, 4, 5, 9, 2, 6)],
        [f"Reference {token}" for token in ("f3a", "b07", "9cc", "d41", "e02", "77a", "0b1")],
        ["Hot: boots", "Hot: socks", "Hot: hats", "Hot: gloves", "Hot: coats", "Hot: belts", "Hot: bags"],
    ],
)
def test_what_differs_in_most_captures_is_noise(blocks: list[str], at: int) -> None:
    assert {reason for step in reasons(with_block(*blocks, at=at)) for reason in step} <= {
        "volatile",
        "outside",
    }


def test_a_clock_is_noise() -> None:
    blocks = [f"Current as of: 1/{day}/14 {day}:12:07 AM" for day in range(1, 4)]
    assert reasons(with_block(*blocks)) == [["clock"], ["clock"]]


def test_a_change_among_noise_is_a_change() -> None:
    texts = with_block(*[f"{n} items" for n in range(1, 13)])
    changed = [
        [block.replace("share", "sell") for block in text] if n >= 6 else text for n, text in enumerate(texts)
    ]
    found = steps(changed)
    assert [step.number for step in found if step.is_change] == [6]
    assert [hunk.reason for hunk in found[5].hunks] == ["wording", "volatile"]


def test_a_date_that_the_policy_states_is_never_noise() -> None:
    assert all(
        reason == ["wording"]
        for reason in reasons(with_block(*[f"Last updated: May {day}, 2013" for day in range(1, 20)]))
    )


def test_a_few_corrections_in_a_row_are_changes() -> None:
    assert reasons(with_block("12 months", "13 months", "12 months and", "14 months")) == [["wording"]] * 3


def test_what_comes_at_an_end_and_goes_was_passing() -> None:
    assert reasons([POLICY, [*POLICY, FEEDBACK], [*POLICY, FEEDBACK], POLICY], days=30) == [
        ["passing"],
        ["passing"],
    ]
    with_notice = [*POLICY, FEEDBACK]
    assert reasons([with_notice, POLICY, with_notice], days=30) == [["passing"], ["passing"]]


@pytest.mark.parametrize(
    "block",
    [
        "Nothing of this is passed to the landlord.",
        "We now sell your data to our partners.",
        "## Sale of lists\n\nWe sell lists of our customers. They pay us for each name. You cannot object.",
        "  * Your shoe size",  # no sentence, and no words of a notice
        "Wir verkaufen Ihre Anschrift.",
        "お客様の個人情報を第三者に提供することがあります。",
        "We have surveys in which patrons take part.",
        f"{FEEDBACK}\n\nWe may read your diary.",
        f"{FEEDBACK} We may read your diary.",
    ],
)
def test_a_statement_that_comes_and_goes_at_the_end_is_a_change_each_time(block: str) -> None:
    changes = [["wording"], ["wording"]]
    assert reasons([POLICY, [*POLICY, block], [*POLICY, block], POLICY], days=30) == changes
    assert reasons([[*POLICY, block], POLICY, POLICY, [*POLICY, block]], days=30) == changes


def test_a_statement_beside_a_passing_notice_is_a_change() -> None:
    other = f"{FEEDBACK} We sell what you tell us."
    assert reasons([POLICY, [*POLICY, FEEDBACK], [*POLICY, other], [*POLICY, FEEDBACK], POLICY]) == [
        ["passing"],
        ["wording"],
        ["wording"],
        ["passing"],
    ]


def test_a_statement_that_comes_and_goes_at_the_start_is_a_change_each_time() -> None:
    block = "We now sell your data to our partners."
    assert reasons([POLICY, [block, *POLICY], [block, *POLICY], POLICY], days=30) == [["wording"]] * 2


def test_a_notice_that_became_a_statement_is_a_change() -> None:
    other = FEEDBACK.replace("we shall make it better", "we shall sell it")
    assert reasons([POLICY, [*POLICY, FEEDBACK], [*POLICY, other], POLICY]) == [["wording"]] * 3


@pytest.mark.parametrize(
    "sentence",
    [
        "We keep your data for {} days.",
        "We keep orders {} days",
        "  * Retention: {} items of {} months",
        "We share your data with {} Ltd.",
        "Partners: {}",
        "  * {}",
        "You have {} choices.",
    ],
)
def test_a_number_or_a_name_in_the_policy_is_a_change_in_every_capture(sentence: str) -> None:
    values = ["30", "60", "90", "45", "12", "80", "31"] if "days" in sentence else list("ABCDEFG")
    blocks = [sentence.replace("{}", value) for value in values]
    assert reasons(with_block(*blocks)) == [["wording"]] * 6


def test_what_changed_in_passing_was_passing() -> None:
    other = FEEDBACK.replace("shop", "store")
    assert reasons([POLICY, [*POLICY, FEEDBACK], [*POLICY, other], POLICY]) == [["passing"]] * 3


def test_what_is_shown_for_half_a_year_was_there_to_be_read() -> None:
    assert reasons([POLICY, [*POLICY, FEEDBACK], [*POLICY, FEEDBACK], POLICY], days=92) == [
        ["wording"],
        ["wording"],
    ]


def test_a_section_that_comes_and_goes_within_the_text_is_a_change_each_time() -> None:
    assert reasons(with_block("", FEEDBACK, "")) == [["wording"], ["wording"]]


MENU = (
    "Shop Stores Gift Cards Careers Site Map Contact Us About Us FAQ Wish List Men Women Kids Shoes Bags"
    " Jewelry Home Sale New"
)


def test_what_changes_in_a_menu_is_outside_as_the_menu_is() -> None:
    texts = [POLICY, [MENU, *POLICY], [MENU.replace("Kids", "Boys"), *POLICY], POLICY]
    assert reasons(texts) == [["outside"]] * 3


def test_the_policy_is_told_from_a_menu_that_came_beside_it() -> None:
    changed = [POLICY[0].replace("name", "phone"), *POLICY[1:]]
    assert reasons(
        [POLICY, [MENU, *POLICY], [MENU, *changed], [MENU, "We sell what you tell us.", *changed]]
    ) == [
        ["outside"],
        ["wording"],
        ["wording"],
    ]


SENTENCES = st.builds(
    "We {} your {} for {} and the law.".format,
    st.sampled_from(["use", "sell", "keep", "share", "rent"]),
    st.sampled_from(["name", "address", "orders", "phone number", "photos"]),
    st.sampled_from(["marketing", "shipping", "our partners", "you"]),
)


@given(
    st.lists(SENTENCES, min_size=1, max_size=6, unique=True),
    st.integers(0, 6),
    st.sampled_from(["We never read your mail at night.", "Your cat is safe with us, and so is your dog."]),
    st.integers(1, 12),
    st.integers(1, 12),
    st.booleans(),
)
def test_what_changes_once_and_stays_is_a_change(
    policy: list[str], where: int, sentence: str, before: int, after: int, noisy: bool
) -> None:
    at = min(where, len(policy))
    texts = [policy] * before + [[*policy[:at], sentence, *policy[at:]]] * after
    shown = [[*text, f"{n * n + 7} items"] for n, text in enumerate(texts)] if noisy else texts
    assert before in [step.number for step in steps(shown) if step.is_change]


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=4), min_size=1, max_size=8))
def test_the_same_captures_give_the_same_steps_however_they_are_wrapped(texts: list[list[str]]) -> None:
    wrapped = [["\n".join(text).replace("\n", "\n\n\n")] for text in texts]
    assert reasons(texts) == reasons(texts)
    assert [step.is_change for step in steps(wrapped)] == [step.is_change for step in steps(texts)]
