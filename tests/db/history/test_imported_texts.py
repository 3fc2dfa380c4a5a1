import pytest

from tests.support.shop import Shop

DELETION = "You may ask us to delete your data at any time by a letter to our office."
COOKIES = "We use cookies to keep your basket from one visit to the next one."
POLICY = (
    f"# Privacy\n\nWe collect your name and your address when you order with us.\n\n{DELETION}\n\n{COOKIES}\n"
)
NEWER = POLICY.replace("your name and your address", "your name and your telephone number")
NEWEST = NEWER.replace("You may ask us", "You may not ask us")
MENU = "Home\n\nShopping cart\n\nYour account\n\n"
YEARS = [f"{year}0101000000" for year in range(2011, 2021)]


def told(shop: Shop) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, str]]]:
    """The versions (from, to, captures) and changes (kind, last old, first new), by year."""
    shop.derive()
    versions = shop.db.execute(
        "select substr(first_seen, 1, 4), substr(last_seen, 1, 4), captures from versions order by id"
    )
    changes = shop.db.execute(
        "select kind, substr(last_old, 1, 4), substr(first_new, 1, 4) from changes order by id"
    )
    return versions.fetchall(), changes.fetchall()


def enter(shop: Shop, *shown: str) -> None:
    """Enter a capture a year; a text that begins with `>` was imported."""
    for year, markdown in zip(YEARS, shown, strict=False):
        if markdown.startswith(">"):
            shop.import_text(year, markdown[1:])
        elif markdown:
            shop.observe(year, markdown)


@pytest.mark.parametrize(
    ("ours", "imported"),
    [
        (POLICY, POLICY.replace(f"\n\n{COOKIES}", "")),
        (POLICY, POLICY.replace(f"\n\n{DELETION}", "")),
        (POLICY, POLICY.replace("\n\n", f"\n\n{MENU}", 1)),
        (POLICY.replace(f"\n\n{COOKIES}", ""), POLICY),
        (POLICY, POLICY.replace("\n\n", "\n\n|  | ", 1)),
        (POLICY.replace("# Privacy\n\n", "# Privacy\n\n## How we treat data\n\n"), POLICY),
    ],
    ids=["end left out", "middle left out", "menu taken along", "left out by us", "a table", "a heading"],
)
@pytest.mark.parametrize("imported_first", [True, False])
def test_what_an_extractor_leaves_out_or_takes_along_is_no_change(
    shelf: Shop, ours: str, imported: str, imported_first: bool
) -> None:
    enter(shelf, *((f">{imported}", ours) if imported_first else (ours, f">{imported}")))
    assert told(shelf) == ([("2011", "2012", 2)], [("extractor", "2011", "2012")])


@pytest.mark.parametrize(
    "newer", [NEWER, POLICY.replace("You may ask", "You may not ask"), NEWER.replace(f"\n\n{COOKIES}", "")]
)
@pytest.mark.parametrize("imported_first", [True, False])
def test_other_words_in_what_both_state_are_a_change(shelf: Shop, newer: str, imported_first: bool) -> None:
    enter(shelf, *((f">{POLICY}", newer) if imported_first else (POLICY, f">{newer}")))
    assert told(shelf) == ([("2011", "2011", 1), ("2012", "2012", 1)], [("wording", "2011", "2012")])


def test_another_policy_altogether_is_a_change(shelf: Shop) -> None:
    other = "# Datenschutz\n\n" + "\n\n".join(
        f"Paragraph {n} says what we do with data of kind {n}, and why." for n in range(9)
    )
    enter(shelf, POLICY, f">{other}")
    assert told(shelf)[1] == [("wording", "2011", "2012")]


def test_the_same_words_are_one_version_without_any_change(shelf: Shop) -> None:
    enter(shelf, POLICY, f">{POLICY}", POLICY)
    assert told(shelf) == ([("2011", "2013", 3)], [])


def test_other_markup_of_the_same_words_is_the_tools(shelf: Shop) -> None:
    enter(shelf, POLICY, ">" + POLICY.replace("cookies", "**cookies**"))
    assert told(shelf) == ([("2011", "2012", 2)], [("extractor", "2011", "2012")])


def test_an_imported_text_narrows_a_bracket_where_it_fits_one_side_alone(shelf: Shop) -> None:
    cut = f"\n\n{COOKIES}"
    enter(shelf, POLICY, ">" + POLICY.replace(cut, ""), ">" + NEWER.replace(cut, ""), NEWER)
    assert told(shelf) == (
        [("2011", "2012", 2), ("2013", "2014", 2)],
        [("extractor", "2011", "2012"), ("wording", "2012", "2013"), ("extractor", "2013", "2014")],
    )


def test_what_could_be_either_wording_bears_no_witness(shelf: Shop) -> None:
    """Between the two a passage came; the tool may have left it out, so nobody knows which of them it saw."""
    without = POLICY.replace(f"\n\n{COOKIES}", "")
    enter(shelf, without, ">" + without.replace("# Privacy", f"# Privacy\n\n{MENU}"), POLICY)
    assert told(shelf) == ([("2011", "2011", 1), ("2013", "2013", 1)], [("wording", "2011", "2013")])


def test_the_very_words_of_one_side_are_that_side(shelf: Shop) -> None:
    without = POLICY.replace(f"\n\n{COOKIES}", "")
    enter(shelf, without, f">{without}", POLICY)
    assert told(shelf) == ([("2011", "2012", 2), ("2013", "2013", 1)], [("wording", "2012", "2013")])


def test_a_wording_that_only_imported_texts_show_is_a_version(shelf: Shop) -> None:
    enter(shelf, POLICY, f">{NEWER}", f">{NEWER}", NEWEST)
    assert told(shelf)[0] == [("2011", "2011", 1), ("2012", "2013", 2), ("2014", "2014", 1)]


def test_imported_texts_do_not_hide_what_bodies_show(shelf: Shop) -> None:
    """A passage that came between two bodies came, although an imported text between them resembles both."""
    without = POLICY.replace(f"\n\n{COOKIES}", "")
    enter(shelf, without, "", POLICY)
    bare = told(shelf)
    shelf.import_text(YEARS[1], without.replace("Privacy", "Your privacy"))
    assert (
        [kind for kind, *_ in told(shelf)[1]].count("wording")
        == [kind for kind, *_ in bare[1]].count("wording")
        == 1
    )


def test_imported_texts_alone_are_followed_as_any(shelf: Shop) -> None:
    enter(shelf, f">{POLICY}", f">{POLICY}", f">{NEWER}", f">{POLICY}")
    assert told(shelf) == (
        [("2011", "2014", 3), ("2013", "2013", 1)],
        [("wording", "2012", "2013"), ("wording", "2013", "2014")],
    )


def test_the_tools_own_change_is_kept_before_the_first_body(shelf: Shop) -> None:
    """Both imported texts resemble ours; that they differ from one another, the tool itself says."""
    without = POLICY.replace(f"\n\n{COOKIES}", "")
    enter(shelf, f">{without}", f">{POLICY}", POLICY + "\nWrite to us.\n")
    assert told(shelf)[1] == [("wording", "2011", "2012"), ("extractor", "2012", "2013")]


def test_words_that_the_held_page_shows_too_are_none_that_went(shelf: Shop) -> None:
    menu = "How do I order? How do I return an order? Where is the order that I sent to you?"
    ours = POLICY.replace(
        "# Privacy\n\n", "# Privacy\n\nWe are here to help you on the telephone all day.\n\n"
    )
    shelf.import_text(YEARS[0], POLICY.replace("# Privacy\n\n", f"# Privacy\n\n{menu}\n\n"))
    shelf.observe(YEARS[1], ours, body=f"<p>{menu}</p>{ours}")
    assert told(shelf) == ([("2011", "2012", 2)], [("extractor", "2011", "2012")])


def test_where_the_body_of_its_capture_is_held_an_imported_text_says_nothing(shelf: Shop) -> None:
    shelf.import_text(YEARS[0], NEWER)
    shelf.observe(YEARS[0], POLICY)
    assert told(shelf) == ([("2011", "2011", 1)], [])


def test_an_imported_text_of_an_older_address_is_placed_too(shelf: Shop) -> None:
    shelf.import_text(
        YEARS[0], POLICY.replace(f"\n\n{COOKIES}", ""), page=shelf.add_page("http://shop.example/old")
    )
    shelf.observe(YEARS[1], POLICY)
    assert told(shelf) == ([("2011", "2012", 2)], [("extractor", "2011", "2012")])
