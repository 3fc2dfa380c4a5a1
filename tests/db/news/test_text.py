"""News as plain text."""

from db.news import text
from tests.support.news import entry

OLD = "# Privacy\n\nWe sell data.\n\n## Rights\n\nYou may ask us by letter."
NEW = "# Privacy\n\nWe never sell data.\n\n## Rights\n\nYou may ask us by e-mail."


def test_an_entry_with_its_words_marks_and_captures() -> None:
    found = entry(OLD, NEW, name="The Shop", suspect="one capture, 4 % of the text", set_aside=2)
    assert text.part(found).splitlines() == [
        "The Shop: changed between 2010-01-01 and 2011-01-01 (+2 −1 words)",
        "  suspect: one capture, 4 % of the text",
        "  @@ Privacy",
        "    We {+never+} sell data.",
        "  @@ Rights",
        "    You may ask us by [-letter.-] {+e-mail.+}",
        "  2 places not counted",
        "  capture of 2010-01-01: https://web.archive.org/web/20100101000000/http://shop.example/privacy",
        "  capture of 2011-01-01: https://web.archive.org/web/20110101000000/http://shop.example/privacy",
    ]


def test_some_paragraphs_and_none() -> None:
    found = entry(OLD, NEW)
    assert "  … and 1 more\n" in text.part(found, 1)
    assert text.part(found, 0) == "shop.example: changed between 2010-01-01 and 2011-01-01 (+2 −1 words)\n"


def test_a_whole_text() -> None:
    assert text.page("2 changes", ["one\n", text.more(1)]) == "2 changes\n\none\n\n… and 1 more\n"
