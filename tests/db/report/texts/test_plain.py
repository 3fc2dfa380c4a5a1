"""Blocks, words and sentences of Markdown."""

from db.report.texts import plain


def test_blocks_have_no_markup() -> None:
    text = "# Your *privacy*\n\nWe [share](https://a.example/x) it.\n\n- one\n\n---\n\n![](a.png)"
    assert plain.blocks(text) == ["Your privacy", "We share it.", "one"]


def test_a_link_over_two_lines_is_in_one_block() -> None:
    text = "We ask [our\npartners](https://ads.example/some/path) only.\n\nOne\x0bblock\u2028of\x85words."
    assert plain.blocks(text) == ["We ask our partners only.", "One block of words."]


def test_sentences_end_at_signs_and_blocks() -> None:
    found = plain.sentences(
        ["Your rights", "We ask, e.g. by mail. You can object! (See below.) 3 years.", "one"]
    )
    assert found == [
        "Your rights", "We ask, e.g. by mail.", "You can object!", "(See below.)", "3 years.", "one",
    ]  # fmt: skip


def test_abbreviations_and_initials_end_no_sentence() -> None:
    assert len(plain.sentences(["Write to Mr. A. Smith. Example Inc. London answers."])) == 2


def test_a_text_without_words_has_nothing() -> None:
    assert plain.blocks("") == plain.blocks("---\n\n***\n") == []
    assert plain.sentences([]) == []
