"""The longest message that fits."""

from crawler.notify.apprise_process import fitted
from crawler.notify.messages import message
from db.news.digest import FORMATS, Digest
from tests.support.news import entry

LINES = "\n\n".join(f"This is paragraph number {number} of all." for number in range(100))
NEWS = Digest("", (entry("", LINES), entry("We sell.", "We share.")), 2, 1)


def test_all_paragraphs_then_fewer_then_titles_then_fewer_titles() -> None:
    text = message(NEWS)["formats"]["text"]
    rooms = (100_000, 4_000, 1_000, 760, 200, 100)
    shown = [fitted(text, room) for room in rooms]
    assert [one.count("This is paragraph") for one in shown] == [60, 60, 6, 2, 0, 0]
    assert [one.count("shop.example: changed") for one in shown] == [2, 2, 2, 2, 2, 1]
    assert all(len(one) <= room for one, room in zip(shown, rooms, strict=True))
    assert fitted(text, 1).count("shop.example: changed") == 0


def test_what_is_left_out_is_a_number() -> None:
    news = Digest("", NEWS.entries, 9, 3)
    for form in FORMATS:
        of_form = message(news)["formats"][form]
        assert "… and 7 more" in fitted(of_form, 100_000)
        assert "… and 9 more" in fitted(of_form, 1)
    assert "more" not in fitted(message(Digest("", NEWS.entries[1:], 1, 1))["formats"]["text"], 10_000)
