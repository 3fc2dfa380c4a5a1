import pytest

from db.query.searching.search import match
from db.query.searching.snippets import snippets, without_markdown
from tests.support.shop import Shop


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**Special \x02notice\x03** for *you*", "Special «notice» for you"),
        ("a snake_case \x02word\x03, and __bold__ \\*", "a snake_case «word», and bold *"),
        ("## \x02Cookies\x03\n\n* [one](https://a.example/x) |", "«Cookies» one"),
        ("[\x02Do not sell\x03 it](https://a.example/\x02do-not-sell\x03) or", "«Do not sell» it or"),
        ("[cut](https://a.example/", "cut"),
        ("", ""),
    ],
)
def test_awithout_markdown_has_no_markdown(markdown: str, shown: str):
    assert without_markdown(markdown, ("«", "»")) == shown


@pytest.mark.parametrize("signs", ["[" * 60_000 + "](.)" * 60_000, "(" * 400_000, "\\" * 400_000])
def test_of_a_long_snippet_the_beginning_is_read(signs: str):
    shown = without_markdown(f"our \x02policy\x03 {signs}", ("«", "»"))
    assert shown.startswith("our «policy»") and len(shown) <= 2_000


def test_a_found_word_that_is_cut_is_ended():
    assert without_markdown("\x02" + "a" * 9_000, ("«", "»")) == "«" + "a" * 1_999 + "»"


def test_a_text_of_one_word_has_a_snippet(shelf: Shop):
    # SQLite's own function compares all found words with each other: 15 s for this text.
    shelf.observe("20200101000000", "privacy " * 50_000)
    shelf.observe("20210101000000", "We keep your name. We value your privacy, and cookies are few.")
    shelf.derive()
    ids = [version_id for (version_id,) in shelf.db.execute("select id from versions order by number")]
    found = snippets(shelf.db, match("privacy cookies privacy"), ids, ("«", "»"))
    assert found == {ids[1]: "We keep your name. We value your «privacy», and «cookies» are few."}
    repeated = snippets(shelf.db, match("privacy"), ids[:1], ("«", "»"))[ids[0]]
    assert repeated == "… " + "«privacy» " * 20 + "…"


def test_words_are_searched_once():
    assert match('a b a "a b" "a b"') == '"a" "b" "a b"'
