"""Promises that a text re-words go on, and promises that it replaces, reverses or drops end."""

from tests.support.promises import goes_on, paraphrases


def test_nine_of_ten_paraphrases_go_on():
    every = [(one.text, other) for one in paraphrases() for other in one.same]
    assert len(every) >= 200
    removed = [pair for pair in every if not goes_on(*pair)]
    assert len(removed) <= 0.06 * len(every), removed


def test_other_statements_end_a_promise():
    every = [(one.text, other) for one in paraphrases() for other in one.other]
    going = [pair for pair in every if goes_on(*pair)]
    assert len(going) <= 0.03 * len(every), going


def test_a_promise_that_is_dropped_ends():
    assert [one.text for one in paraphrases() if goes_on(one.text, "Lamps are bright.")] == []


def test_a_promise_that_stays_goes_on():
    assert [one.text for one in paraphrases() if not goes_on(one.text, one.text)] == []
