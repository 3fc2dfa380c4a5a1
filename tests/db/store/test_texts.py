from dataclasses import replace

import pytest

from db.database import transaction
from db.normalisation import wording_key
from db.schema.ids import text_id
from db.store import texts
from db.store.texts import Text
from extract import extract_policy
from tests.support.shop import Shop, text

TEXT = text("# Privacy\n\nWe never sell data.\n", completeness=0.9)


def row(shelf: Shop, number: int) -> tuple[object, ...]:
    found = shelf.db.execute(
        "select extractor, completeness, language, words from texts where id = ?", [number]
    ).fetchone()
    return tuple(found)


def stated_date(shelf: Shop, number: int) -> object:
    (stated,) = shelf.db.execute("select stated_date from texts where id = ?", [number]).fetchone()
    return stated


def test_a_text_of_a_document() -> None:
    document = extract_policy(
        b"<title>Privacy</title><p>We never sell what you tell us.<p>Updated May 25, 2018.",
        url="http://shop.example/p",
    )
    made = Text.of(document)
    assert (made.title, made.markdown, made.words) == (document.title, document.text, document.words)
    assert made.stated_date == document.stated_date == "2018-05-25"
    assert (made.verdict, made.reason, made.wording) == (
        document.verdict,
        document.reason,
        wording_key(document.text),
    )


def test_a_text_is_stored_once(shelf: Shop) -> None:
    with transaction(shelf.db):
        first = texts.put(shelf.db, TEXT, "1")
        assert texts.put(shelf.db, TEXT, "1") == first == text_id(TEXT.sha256)
    assert shelf.db.execute("select count(*) from texts").fetchone() == (1,)


def test_the_lowest_completeness_stays_whichever_came_first(shelf: Shop) -> None:
    for completeness in (0.9, 0.5, 0.7):
        number = texts.put(shelf.db, replace(TEXT, completeness=completeness), "1")
    assert row(shelf, number) == ("1", 0.5, "en", 5)


@pytest.mark.parametrize("dates", [("2018-05-25", "2018-11-05", None), (None, "2018-11-05", "2018-05-25")])
def test_the_earliest_stated_date_stays_whichever_came_first(
    shelf: Shop, dates: tuple[str | None, ...]
) -> None:
    for stated in dates:
        number = texts.put(shelf.db, replace(TEXT, stated_date=stated), "1")
    assert stated_date(shelf, number) == "2018-05-25"


def test_the_stated_date_of_an_older_extractor_goes(shelf: Shop) -> None:
    texts.put(shelf.db, replace(TEXT, stated_date="2018-05-25"), "1")
    number = texts.put(shelf.db, TEXT, "2")
    assert stated_date(shelf, number) is None


def test_what_an_older_extractor_said_goes(shelf: Shop) -> None:
    texts.put(shelf.db, replace(TEXT, completeness=0.5), "1")
    number = texts.put(shelf.db, replace(TEXT, completeness=0.9, language="de", words=7), "2")
    assert row(shelf, number) == ("2", 0.9, "de", 7)


def test_stale_texts_are_marked_once_and_believed_no_more(shelf: Shop) -> None:
    number = texts.put(shelf.db, replace(TEXT, completeness=0.5), "1")
    texts.mark_stale(shelf.db)
    texts.mark_stale(shelf.db)
    assert row(shelf, number)[0] == "1 (before a rebuild)"
    texts.put(shelf.db, TEXT, "1")
    assert row(shelf, number)[:2] == ("1", 0.9)


def test_unused_texts_are_dropped(shelf: Shop) -> None:
    used = shelf.observe("20140530130240", "We never sell data.")
    texts.put(shelf.db, TEXT, "1")
    texts.drop_unused(shelf.db)
    assert shelf.db.execute("select id from texts").fetchall() == [shelf.row(used, "text_id")]


def test_a_judgement_gives_verdict_reason_and_text(shelf: Shop) -> None:
    capture = shelf.list("20140530130240")
    texts.judge(shelf.db, capture.id, TEXT, "1")
    assert shelf.row(capture, "verdict, reason, text_id") == (
        "policy",
        "a test says so",
        text_id(TEXT.sha256),
    )


def test_a_page_without_words_has_a_verdict_and_no_text(shelf: Shop) -> None:
    capture = shelf.list("20140530130240")
    texts.judge(shelf.db, capture.id, Text.unreadable("it took too long"), "1")
    assert shelf.row(capture, "verdict, reason, text_id") == ("unreadable", "it took too long", None)
    assert shelf.db.execute("select count(*) from texts").fetchone() == (0,)


def test_a_text_that_contradicts_another_one_is_used(shelf: Shop) -> None:
    capture = shelf.list("20140101000000")
    with transaction(shelf.db):
        number = texts.put(shelf.db, TEXT, "another tool")
        shelf.db.execute(
            "insert into conflicts (capture_id, text_id, archive) values (?, ?, 'corpus')",
            [capture.id, number],
        )
        texts.drop_unused(shelf.db)
    assert shelf.db.execute("select id from texts").fetchall() == [(number,)]
