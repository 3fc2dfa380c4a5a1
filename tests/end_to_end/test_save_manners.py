"""Manners of Save Page Now: keys are secret, refusals end the run, answers are not trusted."""

import re
import ssl
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from db import times
from tests.support import archives
from tests.support.processes import POLICYTRAIL, SCRAPY, Ended, run
from tests.support.wayback.save_page_now import ACCESS, KEYS, SECRET, error, success
from tests.support.wayback.save_stage import Stage
from tests.support.wayback.standin import Answer, Seen, StandIn, html_page

JSON = (("Content-Type", "application/json"),)


def assert_no_key(stage: Stage, *ended: Ended) -> None:
    """Assert that no byte of the keys is in the output, nor in any file."""
    for key in (ACCESS, SECRET):
        assert not [result for result in ended if key in result.out + result.err]
        assert not [
            file for file in stage.folder.rglob("*") if file.is_file() and key.encode() in file.read_bytes()
        ]


def test_the_keys_are_in_no_log_no_file_and_no_answer(stage: Stage):
    """Scrapy logs at its lowest level, all kinds of errors occur, and the archive repeats the keys."""
    message = f"the keys {ACCESS}:{SECRET} are good"
    stage.wayback.saving.then(stage.url(), error("celery", message), [error(SECRET, message)])
    stage.wayback.saving.then(
        stage.url("b.example"), [success("20260101000000", f"http://b.example/{SECRET}")]
    )
    stage.wayback.saving.then(stage.url("c.example"), b"<html>" + message.encode())
    ended = stage.save("-vv")
    assert ended.status == 3
    assert "DEBUG" in ended.err
    assert "[key]" in ended.out
    stage.wayback.instead = lambda seen: Answer(reset=True) if seen.kind == "save" else None
    broken = stage.save("-vv", "--if-older-than", "0")
    assert "Gave up retrying <POST" in broken.err
    assert "Retrying <POST" not in broken.err
    stage.wayback.instead = lambda _: None
    arguments = {
        "db": stage.db,
        "source": stage.wayback.address,
        "saves_per_minute": 0,
        "interval": 0.05,
        "if_older_than": "0",
    }
    options = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    (stage.folder / "job").mkdir()
    job = ("-s", f"JOBDIR={stage.folder / 'job'}", "-s", "STATS_DUMP=1")
    scrapy = run(*SCRAPY, "crawl", "save", *options, *job, "-L", "DEBUG", env=KEYS)
    assert "Spider closed (finished)" in scrapy.err
    assert_no_key(stage, ended, broken, scrapy)
    assert all(seen.headers["authorization"] == f"LOW {ACCESS}:{SECRET}" for seen in stage.wayback.seen)


def test_the_keys_go_nowhere_else(stage: Stage):
    """They are sent neither to targets of redirects nor with other requests than those of Save Page Now."""
    with StandIn() as elsewhere:
        places = (f"{elsewhere.address}/save/status/user", f"{stage.wayback.address}/web/20200101000000id_/x")
        for place in places:
            moved = html_page("moved", 307, ("Location", place))
            stage.wayback.instead = partial(_always, moved)
            ended = stage.save("a.example")
            assert ended.status == 3
            assert ended.out.endswith(
                "did not say what the account may do: the archive answered with the status 307\n"
            )
        assert not elsewhere.seen
        assert {seen.kind for seen in stage.wayback.seen} == {"status"}


def test_the_keys_do_not_go_to_who_cannot_prove_to_be_the_archive(stage: Stage):
    """The server has a self-signed certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(stage.folder / "certificate.pem"))
    address = stage.wayback.address.replace("http:", "https:")
    stage.wayback.socket = context.wrap_socket(stage.wayback.socket, server_side=True)
    ended = run(*POLICYTRAIL, "save", stage.db, "--source", address, "--interval", 0, env=KEYS)
    assert ended.status == 3
    assert "did not say what the account may do: no answer" in ended.out
    assert not stage.wayback.seen
    assert_no_key(stage, ended)
    trusting = (
        "-s",
        "DOWNLOAD_VERIFY_CERTIFICATES=0",
        *(f"-a{name}" for name in (f"db={stage.db}", f"source={address}", "interval=0", "domains=a.example")),
    )
    run(*SCRAPY, "crawl", "save", *trusting, env=KEYS)
    assert stage.wayback.seen  # there was a server


def write_certificate(file: Path) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(times.after(-3600)).not_valid_after(times.after(3600))
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("environment", "printed"),
    [
        (
            {},
            "Save Page Now asks for keys: put yours (https://archive.org/account/s3.php)"
            " into IA_ACCESS_KEY and IA_SECRET_KEY",
        ),
        ({"IA_ACCESS_KEY": ACCESS}, "Save Page Now asks for keys"),
        ({**KEYS, "IA_SECRET_KEY": "two words\nX-Other: 1"}, "the value of IA_SECRET_KEY cannot be a key"),
    ],
)
def test_without_keys_nothing_is_asked(stage: Stage, environment: dict[str, str], printed: str):
    ended = stage.save("a.example", env={"IA_ACCESS_KEY": "", "IA_SECRET_KEY": "", **environment})
    assert (ended.status, ended.out) == (2, "")
    assert re.fullmatch("Error: .*\n", ended.err)
    assert printed in ended.err
    assert not stage.wayback.seen
    assert_no_key(stage, ended)


def test_wrong_keys(stage: Stage):
    ended = stage.save(env={**KEYS, "IA_SECRET_KEY": "another-secret"})
    assert (ended.status, ended.out) == (2, "")
    assert re.fullmatch(
        r"Error: 127.0.0.1:\d+: the archive does not accept the keys"
        r" in IA_ACCESS_KEY and IA_SECRET_KEY \(401\)\n",
        ended.err,
    )
    assert len(stage.wayback.seen) == 1
    assert "does not accept the keys" in archives.one(
        stage.db, "select outcome from crawls where command like 'save%'"
    )


def test_keys_that_are_refused_on_the_way(stage: Stage):
    stage.wayback.instead = lambda seen: Answer(401, JSON, b"{}") if seen.kind == "save" else None
    ended = stage.save()
    assert (ended.status, ended.out) == (2, "")
    assert len(stage.wayback.asked("save")) == 1
    assert not stage.saves()


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("arquivo.pt", "Arquivo.pt captures no pages on demand; the Wayback Machine does"),
        (
            "http://archive.example",
            "keys are never sent over plain http, which archive.example uses",
        ),
    ],
)
def test_archives_that_get_no_keys(stage: Stage, source: str, printed: str):
    ended = run(*POLICYTRAIL, "save", stage.db, "--source", source, env=KEYS)
    assert (ended.status, ended.out) == (2, "")
    assert printed in ended.err


def test_a_source_without_save_page_now(stage: Stage):
    stage.wayback.instead = lambda _: html_page("Not Found", 404)
    ended = stage.save()
    assert (ended.status, ended.out) == (2, "")
    assert "there is no Save Page Now (404)" in ended.err


def test_a_429_pauses_and_is_asked_again(stage: Stage):
    def throttled(seen: Seen) -> Answer | None:
        return html_page("429", 429, ("Retry-After", "2")) if stage.wayback.asked("save") == [seen] else None

    stage.wayback.instead = throttled
    assert stage.save("a.example").status == 0
    first, second = stage.wayback.asked("save")
    assert second.at - first.at >= 1.9
    assert [state for state, _ in stage.saves()] == ["saved"]


def test_a_429_without_end(stage: Stage):
    stage.wayback.instead = lambda seen: (
        html_page("429", 429, ("Retry-After", "0")) if seen.kind == "save" else None
    )
    ended = stage.save("a.example")
    assert ended.status == 4
    assert "refuses us: it still answers 429 (slow down). Nothing is lost; run this again after" in ended.out
    assert stage.saves() == []


def test_all_sessions_are_taken(stage: Stage):
    stage.wayback.saving.then(
        stage.url(), error("user-session-limit"), [success("20260101000000", stage.url())]
    )
    assert stage.save("a.example").status == 0
    assert [state for state, _ in stage.saves()] == ["saved"]
    stage.wayback.saving.then(stage.url("b.example"), error("user-session-limit"))
    ended = stage.save("b.example")
    assert ended.status == 4
    assert "refuses us: all captures that the account may make at once are under way" in ended.out
    assert len(stage.wayback.saving.asked) == 2 + 4


@pytest.mark.parametrize(
    "failure",
    [
        error("max-daily-bandwidth"),
        error("blocked-client-ip"),
        error("too-many-daily-captures", "No more than 30,000 a day."),
    ],
)
def test_what_ends_the_account_s_day_ends_the_run(stage: Stage, failure: dict[str, object]):
    for shop in ("a.example", "b.example", "c.example"):
        stage.wayback.saving.then(stage.url(shop), failure)
    stage.wayback.saving.account |= {"available": 1}
    ended = stage.save()
    assert ended.status == 4
    assert "refuses us: " in ended.out
    assert len(stage.wayback.saving.asked) == 1


def test_a_page_s_own_day_ends_for_that_page(stage: Stage):
    message = "This URL has been already captured 5 times today, which is a daily limit."
    stage.wayback.saving.then(stage.url(), error("too-many-daily-captures", message))
    ended = stage.save()
    assert ended.status == 3
    assert f"{stage.url()}: failed: the page was captured as often today as the archive allows" in ended.out
    assert ended.out.count("saved: captured at") == 2


def test_captures_are_asked_for_at_their_rate_and_looks_at_theirs(stage: Stage):
    ended = stage.save("--saves-per-minute", 60)
    assert ended.status == 0
    asked = stage.wayback.asked("save")
    assert asked[-1].at - asked[0].at >= 1.8


HOSTILE = {
    "html": b"<html>Welcome to nginx!</html>",
    "empty": b"",
    "deep": b"[" * 200_000,
    "list": b"[1, 2]",
    "text": b'{"status": "\xff"}',
    "none": b"{}",
    "type": b'{"status": ["success"]}',
    "huge": b'{"status": "success", "outlinks": "' + b"x" * 5_000_000 + b'"}',
}


def test_answers_that_say_nothing(stage: Stage):
    """To requests, and to queries of jobs; the good page among them is saved."""
    for name, body in HOSTILE.items():
        for where, outcome in (("request", body), ("job", [body])):
            url = f"http://www.a.example/{where}/{name}"
            stage.add_page(url)
            stage.wayback.saving.then(url, outcome)
    ended = stage.save("a.example", "--all-pages", interval=0.002)
    assert ended.status == 3
    assert "Traceback" not in ended.err
    stored = dict(line.split(": ", 2)[:2] for line in ended.out.splitlines() if "a.example/" in line)
    assert stored.pop(stage.url()) == "saved"
    assert len(stored) == 2 * len(HOSTILE)
    assert set(stored.values()) == {"asked"}


@pytest.mark.parametrize("name", ["html", "huge", "list"])
def test_an_account_that_says_nothing(stage: Stage, name: str):
    stage.wayback.saving.account = HOSTILE[name]  # type: ignore[assignment]
    ended = stage.save("a.example")
    assert ended.status == 3
    assert "Traceback" not in ended.err
    assert "did not say what the account may do" in ended.out
    assert not stage.wayback.asked("save")


def test_captures_that_cannot_be(stage: Stage):
    """`tests/crawler/webarchive/test_save_page_now.py` has more cases."""
    stage.wayback.saving.then(stage.url(), [success("2026", stage.url())])
    stage.wayback.saving.then(stage.url("b.example"), [success("20260101000000", "javascript:alert(1)")])
    ended = stage.save("a.example", "b.example")
    assert ended.status == 3
    assert f"{stage.url()}: failed: the archive named '2026' as the capture's time" in ended.out
    assert (
        f"{stage.url('b.example')}: failed: the archive named 'javascript:alert(1)' as the captured address"
        in ended.out
    )
    assert archives.one(stage.db, "select count(*) from captures") == 3
    assert archives.one(stage.db, "select count(*) from pages") == 3


def _always(answer: Answer, _: object) -> Answer:
    return answer
