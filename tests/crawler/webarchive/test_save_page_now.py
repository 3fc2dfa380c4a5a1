"""What the answers of Save Page Now mean, those included that mean nothing."""

import json

import pytest

from crawler.webarchive.save_page_now import (
    AccountState,
    JobPending,
    JobStarted,
    NextStep,
    RecentCapture,
    SavedCapture,
    SaveFailure,
    form_data,
    job_address,
    read_account,
    read_job,
    read_start,
)

URL = "http://www.shop.example/privacy"


def said(**values: object) -> bytes:
    return json.dumps(values).encode()


def test_what_is_posted():
    assert form_data(URL, 3600) == {"url": URL, "skip_first_archive": "1", "if_not_archived_within": "3600"}
    assert form_data(URL, 0) == {"url": URL, "skip_first_archive": "1"}
    assert job_address("https://a.example/save", "spn2-0a") == "https://a.example/save/status/spn2-0a"


def test_a_job_is_named():
    assert read_start(200, said(url=URL, job_id="spn2-0a")) == JobStarted("spn2-0a")
    old = "ac58789b-f3ca-48d0-9ea6-1d1225e98695"
    assert read_start(
        200, said(url=URL, job_id=old, message="The same snapshot had been made 2 minutes ago.")
    ) == JobStarted(old)


def test_a_young_capture_is_held():
    message = (
        "The same snapshot had been made 1 hour, 12 minutes ago. "
        "You can make new capture of this URL after 24 hours."
    )
    assert read_start(200, said(url=URL, message=message)) == RecentCapture(message)


@pytest.mark.parametrize("job", ["../../web/x", "a b", "", 7, "x" * 300, {"a": 1}, ["spn2-0a"]])
def test_a_name_that_no_job_has(job: object):
    assert read_start(200, said(url=URL, job_id=job)) == SaveFailure(
        "the archive named no job", NextStep.UNCLEAR
    )


def test_how_jobs_end():
    assert read_job(200, said(status="pending")) == JobPending()
    done = said(
        status="success", timestamp="20260827142259", original_url=URL, http_status=200, outlinks={"a": 1}
    )
    assert read_job(200, done) == SavedCapture("20260827142259", URL, 200)
    done = said(status="success", timestamp="20260827142259", original_url=URL, http_status="200")
    assert read_job(200, done) == SavedCapture("20260827142259", URL, None)


@pytest.mark.parametrize(
    "timestamp", ["2026", "20261399000000", 20260101000000, "٢٠٢٦٠١٠١٠٠٠٠٠٠", None, "20260101000000\n"]
)
def test_a_time_that_no_capture_has(timestamp: object):
    answer = read_job(200, said(status="success", timestamp=timestamp, original_url=URL))
    assert isinstance(answer, SaveFailure)
    assert (answer.reason.endswith("as the capture's time"), answer.next_step) == (True, NextStep.LATER)


@pytest.mark.parametrize(
    "original",
    [
        "javascript:alert(1)", "file:///etc/passwd", "http:///privacy", "http://[a.example/",
        "http://a.example/\r\nx", None, 1,
        "http://a.example/" + "x" * 10_000, "http://a.example:0/", "ftp://a.example/", "//a.example/",
        "http://a.example/a b",
    ],
)  # fmt: skip
def test_an_address_that_no_archive_can_have_captured(original: object):
    answer = read_job(200, said(status="success", timestamp="20260827142259", original_url=original))
    assert isinstance(answer, SaveFailure)
    assert (answer.reason.endswith("as the captured address"), answer.next_step) == (True, NextStep.LATER)


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("error:celery", NextStep.AGAIN),
        ("error:too-many-requests", NextStep.LATER),
        ("error:blocked-url", NextStep.NEVER),
        ("error:max-daily-bandwidth", NextStep.STOP),
        ("error:user-session-limit", NextStep.WAIT),
        ("blocked", NextStep.NEVER),
        ("error:what-nobody-has-seen", NextStep.LATER),
        (["error:celery"], NextStep.LATER),
        (None, NextStep.LATER),
    ],
)
def test_what_follows_from_an_error(code: object, then: NextStep):
    for read in (read_start, read_job, read_account):
        answer = read(200, said(status="error", status_ext=code, message="Said."))
        assert isinstance(answer, SaveFailure)
        assert (answer.next_step, answer.permanent, "\n" in answer.reason) == (then, False, False)


def test_a_day_s_captures_of_a_page_and_of_the_account():
    page = said(
        status="error",
        status_ext="error:too-many-daily-captures",
        message="This URL has been captured 5 times today.",
    )
    account = said(
        status="error",
        status_ext="error:too-many-daily-captures",
        message="No more than 30,000 captures a day.",
    )
    answers = [read_start(200, page), read_start(200, account), read_job(429, page)]
    assert [answer.next_step for answer in answers if isinstance(answer, SaveFailure)] == [
        NextStep.LATER,
        NextStep.STOP,
        NextStep.LATER,
    ]


def test_messages_are_one_short_line():
    answer = read_job(
        200, said(status="error", status_ext="error:x", message="\x1b[31mred\r\n\u202e" + "long " * 10_000)
    )
    assert isinstance(answer, SaveFailure)
    assert answer.reason.startswith("the archive says 'error:x': [31mred long long")
    assert len(answer.reason) < 250


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"[" * 200_000, b'{"a": "\xff"}', b"null", b"1" * 5000]
)
def test_what_is_no_answer(body: bytes):
    for read in (read_start, read_job, read_account):
        answer = read(200, body)
        assert answer == SaveFailure(
            "the archive answered with something else than a JSON object", NextStep.UNCLEAR
        )


def test_statuses():
    assert read_job(502, b"{}") == SaveFailure("the archive answered with the status 502", NextStep.UNCLEAR)
    for status in (401, 403):
        refused = read_start(status, said(message="You need to be logged in"))
        assert refused == SaveFailure(
            f"the archive does not accept the keys in IA_ACCESS_KEY and IA_SECRET_KEY ({status})",
            NextStep.UNCLEAR,
            permanent=True,
        )
    assert read_account(404, b"") == SaveFailure(
        "there is no Save Page Now (404)", NextStep.UNCLEAR, permanent=True
    )
    assert read_job(404, b"") == SaveFailure("the archive answered with the status 404", NextStep.UNCLEAR)


@pytest.mark.parametrize(
    ("values", "account"),
    [
        (
            {"available": 3, "processing": 0, "daily_captures": 12, "daily_captures_limit": 30000},
            AccountState(3, 29988),
        ),
        ({"available": 0, "processing": 3}, AccountState(0, None)),
        ({"available": "3", "daily_captures": True, "daily_captures_limit": -1}, AccountState(None, None)),
        ({"daily_captures": 31000, "daily_captures_limit": 30000}, AccountState(None, 0)),
    ],
)
def test_what_an_account_may(values: dict[str, object], account: AccountState):
    assert read_account(200, said(**values)) == account
