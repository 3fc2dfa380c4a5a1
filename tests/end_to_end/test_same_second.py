"""Answers that are another capture of the second, and bodies that are shared: what is stored, over HTTP."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.store.sharing.same_digest import OTHER_CAPTURE, digest_of
from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.scenarios import Outcome, Shop, Stage, write_retailers
from tests.support.wayback.standin import Answer, StandIn, memento, row

T1, T2, T3, T4 = (f"20{year}0601120000" for year in (15, 16, 17, 18))
DENIED = b"<html><body><h1>Access Denied</h1><p>You do not have permission.</p></body></html>"
STATE = ("c.timestamp", "c.state", "c.verdict", "c.attempts", "c.reason")
stage = Stage()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    yield stage.play(tmp_path_factory.mktemp("same_second"))


def lists_one_body(shop: Shop, *timestamps: str, digest: str | None = None, **columns: str) -> bytes:
    """List captures with one digest, and replay all of them well."""
    body = policy("One body.", shop.domain)
    shop.lists([shop.row(t, digest=digest or digest_of(body), **columns) for t in timestamps])
    for timestamp in timestamps:
        shop.replays(timestamp, memento(timestamp, body))
    return body


def replays(seen: Outcome, domain: str, during: int = 1) -> list[str]:
    return sorted(r.path.split("/")[2][:4] for r in seen.requests(domain, "replay", during))


def _contradicts(status: int) -> None:
    def scenario(shop: Shop) -> None:
        lists_one_body(shop, T1, T2, T3)
        headers = (("Location", shop.at(T1, shop.url)),) if status == 301 else ()
        shop.replays(T1, memento(T1, b"" if status == 301 else DENIED, status, *headers))

    scenario.__name__ = f"shows_{status}"
    stage.shop(scenario)


for _status in (301, 403, 404, 503):
    _contradicts(_status)


@pytest.mark.parametrize("status", [301, 403, 404, 503])
def test_a_memento_with_another_status_than_its_row_is_another_capture(seen: Outcome, status: int):
    domain = f"shows-{status}.example"
    first, *others = seen.captures(domain, *STATE, "c.body_id", after=1)
    reason = f"{OTHER_CAPTURE}: status {status}"
    assert reason == f"replay shows another capture of that second: status {status}"
    assert first == (T1, "failed", None, 1, reason, None)
    assert [(c[0], c[1], c[2]) for c in others] == [(T2, "fetched", "policy"), (T3, "fetched", "policy")]
    assert replays(seen, domain) == ["2015", "2016"]
    assert replays(seen, domain, during=2) == ["2015"]  # it may have passed


@stage.shop
def page_for_a_redirect(shop: Shop) -> None:
    shop.has(T1, memento(T1, policy("A page.")), status="301")


def test_a_page_for_a_row_of_a_redirect_is_another_capture(seen: Outcome):
    (capture,) = seen.captures("page-for-a-redirect.example", *STATE, after=1)
    assert capture == (T1, "failed", None, 1, f"{OTHER_CAPTURE}: status 200")


@stage.shop
def another_redirect(shop: Shop) -> None:
    shop.has(
        T1, memento(T1, b"", 302, ("Location", shop.at(T1, f"http://www.{shop.domain}/new"))), status="301"
    )


def test_302_for_301_is_the_capture(seen: Outcome):
    assert seen.captures("another-redirect.example", *STATE)[0][:3] == (T1, "fetched", "redirect-stub")


@stage.shop
def revisits(shop: Shop) -> None:
    body = policy("Of a revisit.", shop.domain)
    rows = [shop.row(T1, digest=digest_of(body), status="-", mimetype="warc/revisit")]
    rows += [shop.row(t, digest=digest_of(body)) for t in (T2, T3)]
    rows.append(shop.row(T4, status="-", mimetype="warc/revisit"))
    shop.lists(rows)
    shop.replays(T1, memento(T1, b"", 301, ("Location", shop.at(T1, shop.url))))
    for timestamp in (T2, T3):
        shop.replays(timestamp, memento(timestamp, body))
    shop.replays(T4, memento(T4, b"", 301, ("Location", shop.at(T4, f"http://www.{shop.domain}/new"))))


def test_a_revisit_has_the_status_of_its_digest_and_any_if_nothing_says_it(seen: Outcome):
    captures = seen.captures("revisits.example", *STATE, after=1)
    assert captures[0] == (T1, "failed", None, 1, f"{OTHER_CAPTURE}: status 301")
    assert [c[1:3] for c in captures[1:4]] == [
        *[("fetched", "policy")] * 2,
        ("fetched", "redirect-stub"),
    ]


@stage.shop
def two_pages_in_a_second(shop: Shop) -> None:
    secure = shop.url.replace("http:", "https:")
    shown, hidden = policy("Shown.", shop.domain), policy("Hidden.", shop.domain)
    shop.lists([row(T1, secure, digest_of(hidden)), shop.row(T1, digest=digest_of(shown))])
    for url in (secure, shop.url):
        shop.wayback.replay(T1, url, memento(T1, shown))


def test_the_body_of_another_row_of_the_second_is_not_stored(seen: Outcome):
    by_digest = {
        c[5]: c[1:5:3] for c in seen.captures("two-pages-in-a-second.example", *STATE, "c.digest", after=1)
    }
    shown, hidden = (
        digest_of(policy(f"{which}.", "two-pages-in-a-second.example")) for which in ("Shown", "Hidden")
    )
    assert by_digest[shown][0] == "fetched"
    assert by_digest[hidden] == ("failed", f"{OTHER_CAPTURE}: digest {shown}")


@stage.shop
def denied_with_200(shop: Shop) -> None:
    lists_one_body(shop, T1, T2, T3, T4)
    shop.replays(T1, memento(T1, DENIED))


def test_a_body_that_is_not_of_its_digest_is_given_to_nobody_and_taken_back(seen: Outcome):
    first, *others = seen.captures("denied-with-200.example", *STATE, after=1)
    assert first == (T1, "failed", None, 1, f"{OTHER_CAPTURE}: not the body of its digest")
    assert [c[1:4] for c in others] == [("fetched", "policy", 1), *[("fetched", "policy", 0)] * 2]
    assert replays(seen, "denied-with-200.example") == ["2015", "2016"]


@stage.shop
def encoded_again(shop: Shop) -> None:
    lists_one_body(shop, T1, T2, T3, T4, digest=digest_of(gzip.compress(b"as it was captured")))


def test_a_body_that_the_archive_encoded_again_costs_two_requests(seen: Outcome):
    captures = seen.captures("encoded-again.example", *STATE)
    assert [c[1:4] for c in captures] == [("fetched", "policy", n) for n in (1, 1, 0, 0)]
    assert replays(seen, "encoded-again.example") == ["2015", "2016"]
    assert replays(seen, "encoded-again.example", during=2) == []


@stage.shop
def sent_as_captured(shop: Shop) -> None:
    body = gzip.compress(policy("Compressed.", shop.domain), mtime=0)
    shop.lists([shop.row(t, digest=digest_of(body)) for t in (T1, T2, T3)])
    for timestamp in (T1, T2, T3):
        shop.replays(timestamp, memento(timestamp, body, 200, ("Content-Encoding", "gzip")))


def test_a_payload_that_is_sent_as_it_was_captured_costs_one_request(seen: Outcome):
    captures = seen.captures("sent-as-captured.example", *STATE)
    assert [c[1:4] for c in captures] == [("fetched", "policy", n) for n in (1, 0, 0)]


@stage.shop
def encoded_and_denied(shop: Shop) -> None:
    lists_one_body(shop, T1, T2, T3, T4, digest=digest_of(gzip.compress(b"as it was captured")))
    shop.replays(T1, memento(T1, DENIED))


def test_of_three_bodies_the_two_equal_ones_are_the_digests(seen: Outcome):
    captures = seen.captures("encoded-and-denied.example", *STATE, after=1)
    assert [c[1:4] for c in captures] == [
        ("failed", None, 1), ("fetched", "policy", 1), ("fetched", "policy", 1), ("fetched", "policy", 0),
    ]  # fmt: skip


# Other ways of choosing


def crawled(folder: Path, wayback: StandIn, *options: object, shop: str = "a.example") -> Ended:
    csv = write_retailers(folder / "retailers.csv", shop)
    command = ("crawl", folder / "archive.db", "--retailers", csv, "--source", wayback.address)
    return policytrail(*command, *RATES_OFF, *options)


@pytest.mark.parametrize("options", [("--select", "changed"), ("--select", "bisect"), ("--budget", "50")])
@pytest.mark.parametrize("shown", [memento(T1, DENIED, 404), memento(T1, DENIED)])
def test_the_next_capture_of_the_digest_is_requested_however_captures_are_chosen(
    tmp_path: Path, options: tuple[str, ...], shown: Answer
):
    with StandIn() as wayback:
        shop = Shop(wayback, "a.example", "")
        lists_one_body(shop, T1, T2, T3)
        shop.replays(T1, shown)
        crawled(tmp_path, wayback, *options)
        requests = len(wayback.asked("replay"))
    states = archives.captures(tmp_path / "archive.db", "a.example", "c.state", "c.verdict")
    assert states == [("failed", None), ("fetched", "policy"), ("fetched", "policy")]
    assert requests <= 3


# Archives that were filled before


@pytest.mark.parametrize(
    ("status", "headers"), [(301, '[["Location","http://www.a.example/privacy"]]'), (404, "[]")]
)
@pytest.mark.parametrize("found", [True, False])
def test_an_archive_that_was_filled_before_is_mended(tmp_path: Path, status: int, headers: str, found: bool):
    db_path = tmp_path / "archive.db"
    with StandIn() as wayback:
        shop = Shop(wayback, "a.example", "")
        lists_one_body(shop, T1, T2, T3, *([T4] if found else []))
        crawled(tmp_path, wayback)
        # As version 116538b stored it: the first capture got the answer of another one, and shared it.
        with closing(open_archive(db_path)) as db, transaction(db):
            from db.store.bodies import Bodies  # noqa: PLC0415 - for this archive alone

            foreign = Bodies(db).put(DENIED, page_id=1, timestamp=T1)
            wrong = [T1, T2, T3]
            db.execute(
                f"""update captures set body_id = ?, headers = ?, verdict = null, text_id = null,
                fetched_at = iif(timestamp = ?, '2026-01-01T00:00:00Z', null)
                where timestamp in ({",".join("?" * len(wrong))})""",
                [foreign, headers, T1, *wrong],
            )
            db.execute(
                "update captures set fetched_at = '2026-01-01T00:00:00Z', attempts = 1 where timestamp = ?",
                [T4],
            )
        policytrail("rebuild", db_path)
        verified = policytrail("verify", db_path)
        assert verified.status == (3 if found or status == 301 else 0), verified.out
        moved = (("Location", shop.at(T1, shop.url)),)
        shop.replays(T1, memento(T1, DENIED, status, *(moved if status == 301 else ())))
        repaired = policytrail("verify", db_path, "--repair", "--source", wayback.address)
        assert repaired.status == 0, repaired.out + repaired.err
    first, *others = archives.captures(db_path, "a.example", "c.state", "c.verdict", "c.reason")
    assert first[0] == "failed"
    assert first[2].startswith(OTHER_CAPTURE)
    assert {c[:2] for c in others} == {("fetched", "policy")}
