"""News go to a real webhook and a real mail server, and what fails has a reason without a secret."""

import socket

import pytest

from crawler.errors import NotifierError
from crawler.notify import send
from crawler.notify.definitions import Notifier
from crawler.notify.messages import message
from crawler.notify.send import Sent
from db.errors import MissingExtraError
from db.news.digest import Digest
from tests.support.news import entry
from tests.support.receivers import TOKEN, mailbox, webhook

OLD = "# Privacy\n\nWe sell the data of all who visit us."
NEW = "# Privacy\n\nWe never sell the data of @everyone who visit us."
NEWS = Digest("2026-01-05T02:00:00Z", (entry(OLD, NEW, name="A & B <i>"),), 2, 1)
TITLE = "2 changes of 1 retailer became known since 2026-01-05T02:00:00Z"


def to(*urls: str) -> Notifier:
    return Notifier("team", urls)


def sent(*urls: str) -> Sent:
    result = send.send(to(*urls), message(NEWS), NEWS.total)
    assert TOKEN not in repr(result)
    return result


def test_a_webhook_gets_text() -> None:
    with webhook() as hook:
        assert sent(hook.url) == Sent("team", 2)
    (body,) = hook.received
    assert body["title"] == f"policytrail: {TITLE}"
    assert body["message"].splitlines() == [
        "A & B <i>: changed between 2010-01-01 and 2011-01-01 (+2 −1 words)",
        "  @@ Privacy",
        "    We {+never+} sell the data of [-all-] {+@\u2060everyone+} who visit us.",
        "  capture of 2010-01-01: https://web.archive.org/web/20100101000000/http://shop.example/privacy",
        "  capture of 2011-01-01: https://web.archive.org/web/20110101000000/http://shop.example/privacy",
        "",
        "… and 1 more",
    ]


def test_a_mail_is_html() -> None:
    with mailbox() as box:
        assert sent(box.url) == Sent("team", 2)
    (mail,) = box.mails
    assert mail["subject"] == f"policytrail: {TITLE}"
    html = mail.get_body(("html",))
    assert html is not None
    assert "<h3>A &amp; B &lt;i&gt;: changed" in html.get_content()
    words = "We {+never+} sell the data of [-all-] {+@\u2060everyone+} who"
    marked = words.replace("{+", "<ins>{+").replace("+}", "+}</ins>")
    assert marked.replace("[-all-]", "<del>[-all-]</del>") in html.get_content()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert words in plain.get_content()
    assert TOKEN not in mail.as_string()


def test_a_service_that_wants_markdown() -> None:
    with webhook() as hook:
        assert sent(f"{hook.url}?format=markdown").is_sent
    assert "We **never** sell the data of ~~all~~ **\\@\u2060everyone** who" in hook.received[0]["message"]


def test_a_password_that_is_wrong() -> None:
    with mailbox() as box:
        assert sent(box.url_with("wrong")).problem == "(E-Mail) the service answered 535"


def test_a_service_that_refuses() -> None:
    with webhook(status=403) as hook:
        assert sent(hook.url).problem == "(JSON) the service answered 403"


def test_a_service_that_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    mail = f"mailto://me:{TOKEN}@127.0.0.1:{port}?from=a@b.example&to=a@b.example"
    for url in (f"json://127.0.0.1:{port}/{TOKEN}", mail):
        assert str(sent(url).problem).endswith("the service cannot be reached")


def test_a_service_that_hangs_is_left_after_a_while() -> None:
    with webhook(hangs=True) as hook:
        assert sent(f"{hook.url}?rto=0.2").problem == "(JSON) the service did not answer in time"


def test_all_addresses_together_have_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "SECONDS", 0.2)
    with webhook(hangs=True) as hook:
        result = sent(f"{hook.url}?rto=3600", f"{hook.url}?rto=3600")
    assert result.problem == "address 1: the service did not answer in time"


def test_one_of_two_fails() -> None:
    with webhook() as hook, webhook(status=500) as broken:
        result = sent(hook.url, broken.url)
        assert (result.is_sent, result.problem) == (False, "address 2: (JSON) the service answered 500")
        assert len(hook.received) == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"jsn://127.0.0.1/{TOKEN}", "is none that Apprise understands (it begins with jsn://)"),
        (f"{TOKEN}", "is no address such as mailtos://…"),
        (f"mailto://{TOKEN}", "is none that Apprise understands (it begins with mailto://)"),
        ("", "is no address such as mailtos://…"),
    ],
)
def test_wrong_addresses_are_found_before_a_run(url: str, message: str) -> None:
    with pytest.raises(NotifierError) as failed:
        send.check([to("json://127.0.0.1/x", url)])
    assert str(failed.value) == f"[notify.team]: address 2 {message}"


def test_without_apprise_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    send.check([])
    with pytest.raises(
        MissingExtraError, match=r"^--notify needs Apprise: .+ -m pip install 'policytrail\[notify\]'$"
    ):
        send.check([to("json://127.0.0.1")])


def test_a_check_sends_nothing() -> None:
    with webhook() as hook:
        send.check([to(hook.url)])
    assert hook.received == []
