"""What the answers of Save Page Now mean, those included that mean nothing."""

import json

import pytest

from crawler.webarchive.save_page_now import (
    Account,
    Begun,
    Failure,
    Held,
    Pending,
    Saved,
    Then,
    form,
    job_address,
    read_account,
    read_begun,
    read_job,
)

URL = "http://www.shop.example/privacy"


def said(**values: object) -> bytes:
    return json.dumps(values).encode()


def test_what_is_posted():
    assert form(URL, 3600) == {"url": URL, "skip_first_archive": "1", "if_not_archived_within": "3600"}
    assert form(URL, 0) == {"url": URL, "skip_first_archive": "1"}
    assert job_address("https://a.example/save", "spn2-0a") == "https://a.example/save/status/spn2-0a"


def test_a_job_is_named():
    assert read_begun(200, said(url=URL, job_id="spn2-0a")) == Begun("spn2-0a")
    old = "ac58789b-f3ca-48d0-9ea6-1d1225e98695"
    assert read_begun(
        200, said(url=URL, job_id=old, message="The same snapshot had been made 2 minutes ago.")
    ) == Begun(old)


def test_a_young_capture_is_held():
    message = "The same snapshot had been made 1 hour, 12 minutes ago. You can make new capture of this URL after 24 hours."
    assert read_begun(200, said(url=URL, message=message)) == Held(message)


@pytest.mark.parametrize("job", ["../../web/x", "a b", "", 7, "x" * 300, {"a": 1}, ["spn2-0a"]])
def test_a_name_that_no_job_has(job: object):
    assert read_begun(200, said(url=URL, job_id=job)) == Failure("the archive named no job", Then.UNCLEAR)


def test_how_jobs_end():
    assert read_job(200, said(status="pending")) == Pending()
    done = said(
        status="success", timestamp="20260827142259", original_url=URL, http_status=200, outlinks={"a": 1}
    )
    assert read_job(200, done) == Saved("20260827142259", URL, 200)
    done = said(status="success", timestamp="20260827142259", original_url=URL, http_status="200")
    assert read_job(200, done) == Saved("20260827142259", URL, None)


@pytest.mark.parametrize(
    "timestamp", ["2026", "20261399000000", 20260101000000, "٢٠٢٦٠١٠١٠٠٠٠٠٠", None, "20260101000000\n"]
)
def test_a_time_that_no_capture_has(timestamp: object):
    answer = read_job(200, said(status="success", timestamp=timestamp, original_url=URL))
    assert isinstance(answer, Failure)
    assert (answer.reason.endswith("as the capture's time"), answer.then) == (True, Then.LATER)


@pytest.mark.parametrize(
    "original",
    [
        "javascript:alert(1)", "file:///etc/passwd", "http:///privacy", "http://[a.example/", "http://a.example/\r\nx", None, 1,
        "http://a.example/" + "x" * 10_000, "http://a.example:0/", "ftp://a.example/", "//a.example/", "http://a.example/a b",
    ],
)  # fmt: skip
def test_an_address_that_no_archive_can_have_captured(original: object):
    answer = read_job(200, said(status="success", timestamp="20260827142259", original_url=original))
    assert isinstance(answer, Failure)
    assert (answer.reason.endswith("as the captured address"), answer.then) == (True, Then.LATER)


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("error:celery", Then.AGAIN),
        ("error:too-many-requests", Then.LATER),
        ("error:blocked-url", Then.NEVER),
        ("error:max-daily-bandwidth", Then.STOP),
        ("error:user-session-limit", Then.WAIT),
        ("blocked", Then.NEVER),
        ("error:what-nobody-has-seen", Then.LATER),
        (["error:celery"], Then.LATER),
        (None, Then.LATER),
    ],
)
def test_what_follows_from_an_error(code: object, then: Then):
    for read in (read_begun, read_job, read_account):
        answer = read(200, said(status="error", status_ext=code, message="Said."))
        assert isinstance(answer, Failure)
        assert (answer.then, answer.wrong, "\n" in answer.reason) == (then, False, False)


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
    answers = [read_begun(200, page), read_begun(200, account), read_job(429, page)]
    assert [answer.then for answer in answers if isinstance(answer, Failure)] == [
        Then.LATER,
        Then.STOP,
        Then.LATER,
    ]


def test_messages_are_one_short_line():
    answer = read_job(
        200, said(status="error", status_ext="error:x", message="\x1b[31mred\r\n\u202e" + "long " * 10_000)
    )
    assert isinstance(answer, Failure)
    assert answer.reason.startswith("the archive says 'error:x': [31mred long long")
    assert len(answer.reason) < 250


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"[" * 200_000, b'{"a": "\xff"}', b"null", b"1" * 5000]
)
def test_what_is_no_answer(body: bytes):
    for read in (read_begun, read_job, read_account):
        answer = read(200, body)
        assert answer == Failure("the archive answered with something else than a JSON object", Then.UNCLEAR)


def test_statuses():
    assert read_job(502, b"{}") == Failure("the archive answered with the status 502", Then.UNCLEAR)
    for status in (401, 403):
        refused = read_begun(status, said(message="You need to be logged in"))
        assert refused == Failure(
            f"the archive does not accept the keys in IA_ACCESS_KEY and IA_SECRET_KEY ({status})",
            Then.UNCLEAR,
            wrong=True,
        )
    assert read_account(404, b"") == Failure("there is no Save Page Now (404)", Then.UNCLEAR, wrong=True)
    assert read_job(404, b"") == Failure("the archive answered with the status 404", Then.UNCLEAR)


@pytest.mark.parametrize(
    ("values", "account"),
    [
        (
            {"available": 3, "processing": 0, "daily_captures": 12, "daily_captures_limit": 30000},
            Account(3, 29988),
        ),
        ({"available": 0, "processing": 3}, Account(0, None)),
        ({"available": "3", "daily_captures": True, "daily_captures_limit": -1}, Account(None, None)),
        ({"daily_captures": 31000, "daily_captures_limit": 30000}, Account(None, 0)),
    ],
)
def test_what_an_account_may(values: dict[str, object], account: Account):
    assert read_account(200, said(**values)) == account
