"""Answers to requests for captures over HTTP, and what is stored of them."""

import gzip
from collections import Counter
from collections.abc import Iterator

import brotli
import pytest

from db.store.captures import MAX_ATTEMPTS
from db.store.sharing.same_digest import digest_of
from tests.support import archives
from tests.support.policies import policy
from tests.support.wayback.scenarios import Outcome, Shop, Stage
from tests.support.wayback.standin import EMPTY_DIGEST, Answer, html_page, memento

T1, T2, T3 = "20010101000000", "20020202020202", "20030303030303"
stage = Stage()
STATE = ("c.timestamp", "c.state", "c.verdict", "c.status", "c.attempts")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    yield stage.play(tmp_path_factory.mktemp("replay"))


# Not the capture that was asked for


@stage.shop
def nearest(shop: Shop) -> None:
    headers = (("x-archive-redirect-reason", f"found capture at {T2}"), ("Location", shop.at(T2, shop.url)))
    shop.has(T1, html_page("moved", 302, *headers))
    shop.replays(T2, memento(T2, policy("Never asked for.")))


def test_a_redirect_to_the_nearest_capture_is_recorded_and_not_followed(seen: Outcome):
    (capture,) = seen.captures("nearest.example", *STATE, "c.reason", "c.body_id")
    assert capture == (
        T1,
        "failed",
        None,
        200,
        1,
        f"the archive has no such capture and points to {T2}",
        None,
    )
    assert [r.path for r in seen.requests("nearest.example", "replay")] == [
        f"/web/{T1}id_/http://www.nearest.example/privacy"
    ]


@stage.shop
def another_moment(shop: Shop) -> None:
    shop.has(T1, memento(T2, policy("Of another moment.")))


def test_a_memento_of_another_moment_is_not_the_capture(seen: Outcome):
    (capture,) = seen.captures("another-moment.example", *STATE, "c.reason")
    assert capture == (T1, "failed", None, 200, 1, f"the archive shows the capture at {T2} instead")


@stage.shop
def not_archived(shop: Shop) -> None:
    shop.has(T1, html_page("The Wayback Machine has not archived that URL.", 404))


def test_what_the_archive_does_not_find_is_recorded(seen: Outcome):
    (capture,) = seen.captures("not-archived.example", *STATE, "c.reason")
    assert capture == (T1, "failed", None, 200, 1, "the archive has not archived it (404)")


@stage.shop
def excluded_with_200(shop: Shop) -> None:
    shop.has(T1, html_page("This URL has been excluded from the Wayback Machine."))


def test_an_excluded_page_is_excluded_whatever_its_status(seen: Outcome):
    (capture,) = seen.captures("excluded-with-200.example", *STATE, "c.reason")
    assert capture == (T1, "excluded", None, 200, 1, "excluded from the archive")
    assert seen.requests("excluded-with-200.example", "replay", during=2) == []


@stage.shop
def own_error_page(shop: Shop) -> None:
    shop.has(T1, html_page("Internet Archive services are temporarily offline."))


def test_a_page_of_the_archives_own_is_no_capture(seen: Outcome):
    (capture,) = seen.captures("own-error-page.example", *STATE, "c.reason", "c.body_id")
    assert capture[:5] == (T1, "failed", None, 200, 2)
    assert capture[5:] == ("the archive answered with a page of its own instead of the capture", None)


# Archived statuses are content


@pytest.mark.parametrize("status", [404, 429, 503])
def test_an_archived_error_is_content_and_asked_for_once(seen: Outcome, status: int):
    domain = f"archived-{status}.example"
    (capture,) = seen.captures(domain, *STATE)
    assert capture == (T1, "fetched", capture[2], status, 1)
    assert capture[2] not in (None, "policy")
    assert [r.status for r in seen.requests(domain, "replay")] == [status]


for _status in (404, 429, 503):

    def _archived(shop: Shop, status: int = _status) -> None:
        shop.has(T1, memento(T1, b"<h1>Sorry</h1><p>Not now.</p>", status), status=str(status))

    _archived.__name__ = f"archived_{_status}"
    stage.shop(_archived)


# Faults that pass, and faults that stay


@stage.shop
def fails_once(shop: Shop) -> None:
    shop.has(T1, html_page("Internal Server Error", 500), memento(T1, policy("At the second try.")))


@stage.shop
def reset_once(shop: Shop) -> None:
    shop.has(T1, Answer(reset=True), memento(T1, policy("After a reset.")))


@stage.shop
def cut_off_once(shop: Shop) -> None:
    whole = memento(T1, policy("Whole at last."))
    shop.has(T1, Answer(200, whole.headers, whole.body, cut=100), whole)


@pytest.mark.parametrize("name", ["fails-once", "reset-once", "cut-off-once"])
def test_a_fault_that_passes_costs_one_more_request(seen: Outcome, name: str):
    assert seen.captures(f"{name}.example", *STATE) == [(T1, "fetched", "policy", 200, 1)]
    # A run may repeat good requests, to see whether the archive serves at all.
    assert {r.status for r in seen.requests(f"{name}.example", "replay")[2:]} <= {200}


@stage.shop
def fails_always(shop: Shop) -> None:
    shop.has(
        T1,
        Answer(503, (("X-Archive-Wayback-Runtime-Error", "ResourceNotAvailableException: gone"),), b"sorry"),
    )


@stage.shop
def reset_always(shop: Shop) -> None:
    shop.has(T1, Answer(reset=True))


@stage.shop
def cut_off_always(shop: Shop) -> None:
    shop.has(T1, Answer(200, memento(T1, b"").headers, policy("Never whole."), cut=100))


@stage.shop
def gzip_cut_off(shop: Shop) -> None:
    shop.has(T1, memento(T1, gzip.compress(policy("Half of it."))[:300], 200, ("Content-Encoding", "gzip")))


@pytest.mark.parametrize(
    "name, reason",
    [
        ("fails-always", "the archive could not replay it (status 503, ResourceNotAvailableException: gone)"),
        ("reset-always", "no answer: "),
        ("cut-off-always", "no answer: it was cut off"),
        ("gzip-cut-off", "the compressed body is cut off after 300 bytes"),
    ],
)
def test_a_fault_that_stays_is_recorded_and_tried_again_by_the_next_run(
    seen: Outcome, name: str, reason: str
):
    for run in (1, 2):
        (capture,) = seen.captures(f"{name}.example", *STATE, "c.body_id", "c.reason", after=run)
        assert capture[:6] == (T1, "failed", None, 200, 2 * run, None)
        assert capture[6].startswith(reason)
        assert len(seen.requests(f"{name}.example", "replay", during=run)) == (
            2 if name == "gzip-cut-off" else 3 + 1
        )


@stage.shop
def passes_by_the_end(shop: Shop) -> None:
    """Two captures have one digest: the answer to the second try serves both."""
    fault = html_page("Internal Server Error", 500)
    same = digest_of(policy("At last."))
    shop.lists([shop.row(T1, digest=same), shop.row(T2, digest=same), shop.row(T3)])
    shop.replays(T1, *[fault] * 3, memento(T1, policy("At last.")))
    shop.replays(T2, *[fault] * 3, memento(T2, policy("Never asked for again.")))
    shop.replays(T3, html_page("offline"), memento(T3, policy("Back online.")))


def test_a_fault_that_passes_by_the_end_of_the_run_costs_no_second_run(seen: Outcome):
    assert seen.captures("passes-by-the-end.example", *STATE) == [
        (T1, "fetched", "policy", 200, 2),
        (T2, "fetched", "policy", 200, 1),
        (T3, "fetched", "policy", 200, 2),
    ]
    asked = [r.path[5:19] for r in seen.requests("passes-by-the-end.example", "replay")]
    assert (asked.count(T1), asked.count(T2), asked.count(T3)) == (4, 3, 2)
    assert set(asked[-2:]) == {T1, T3}
    ((versions,),) = archives.rows(
        seen.dbs[0], "select count(*) from timeline where retailer = 'passes-by-the-end.example'"
    )
    assert versions == 2


# Bodies as they come


BODIES = {
    "gzip_without_header": memento(T1, gzip.compress(policy("Size <b>Größe</b>."))),
    "gzip_with_two_headers": memento(
        T1,
        gzip.compress(policy("Size <b>Größe</b>.")),
        200,
        ("content-encoding", ""),
        ("Content-Encoding", "gzip"),
    ),
    "brotli_unasked": memento(
        T1, brotli.compress(policy("Size <b>Größe</b>.")), 200, ("Content-Encoding", "br")
    ),
    "said_gzip_but_plain": memento(T1, policy("Size <b>Größe</b>."), 200, ("Content-Encoding", "gzip")),
    "plain": memento(T1, policy("Size <b>Größe</b>.")),
}
for _name, _answer in BODIES.items():

    def _body(shop: Shop, answer: Answer = _answer) -> None:
        shop.has(T1, answer)

    _body.__name__ = _name
    stage.shop(_body)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_stored_as_its_author_wrote_it(seen: Outcome, name: str):
    domain = f"{name.replace('_', '-')}.example"
    assert seen.captures(domain, *STATE) == [(T1, "fetched", "policy", 200, 1)]
    assert seen.captures(domain, "b.sha256", "t.sha256") == seen.captures(
        "plain.example", "b.sha256", "t.sha256"
    )
    ((markdown, headers),) = seen.captures(domain, "t.markdown", "lower(c.headers)")
    assert "Größe" in markdown
    assert "content-encoding" not in headers
    assert '["server","apache/1.3"]' in headers


@stage.shop
def wrong_charset(shop: Shop) -> None:
    body = (
        policy("The Größe of a Café.")
        .decode()
        .encode("latin-1")
        .replace(b'charset="utf-8"', b'charset="us-ascii"')
    )
    shop.has(T1, memento(T1, body, content_type="text/html; charset=utf-8"))


def test_a_wrong_charset_does_not_spoil_the_text(seen: Outcome):
    ((markdown,),) = seen.captures("wrong-charset.example", "t.markdown")
    assert "The Größe of a Café." in markdown


@stage.shop
def empty_body(shop: Shop) -> None:
    shop.lists([shop.row(t, digest=EMPTY_DIGEST) for t in (T1, T2, T3)])
    shop.replays(T1, memento(T1, b""))
    shop.replays(T2, memento(T2, policy("The digest is wrong.")))
    shop.replays(T3, memento(T3, b""))


def test_the_digest_of_nothing_says_nothing_so_that_each_capture_is_fetched(seen: Outcome):
    assert seen.captures("empty-body.example", *STATE) == [
        (T1, "fetched", "empty", 200, 1),
        (T2, "fetched", "policy", 200, 1),
        (T3, "fetched", "empty", 200, 1),
    ]
    assert len(seen.requests("empty-body.example", "replay")) == 3


@stage.shop
def twins(shop: Shop) -> None:
    same = digest_of(policy("The same."))
    rows = [
        shop.row(T1, digest=same),
        shop.row(T2, digest=same, status="-", mimetype="warc/revisit"),
        shop.row(T3),
    ]
    shop.lists([*rows, shop.row("20040404040404", digest=same), shop.row("20050505050505", status="-")])
    for timestamp in (T1, T2, T3, "20040404040404", "20050505050505"):
        remark = "Another." if timestamp == T3 else "The same."
        shop.replays(timestamp, memento(timestamp, policy(remark)))


def test_captures_with_one_digest_are_fetched_once_and_a_revisit_has_its_status(seen: Outcome):
    assert seen.captures("twins.example", *STATE, "c.fetched_at is null") == [
        (T1, "fetched", "policy", 200, 1, 0),
        (T2, "fetched", "policy", 200, 0, 1),
        (T3, "fetched", "policy", 200, 1, 0),
        ("20040404040404", "fetched", "policy", 200, 0, 1),
        ("20050505050505", "fetched", "policy", 200, 1, 0),
    ]
    asked = [r.path[5:19] for r in seen.requests("twins.example", "replay")]
    assert sorted(asked) == [T1, T3, "20050505050505"]


@stage.shop
def twin_in_need(shop: Shop) -> None:
    same = digest_of(policy("From the twin."))
    shop.lists([shop.row(T1, digest=same), shop.row(T2, digest=same)])
    shop.replays(T1, html_page("gone", 404))
    shop.replays(T2, memento(T2, policy("From the twin.")))


def test_a_twin_is_asked_for_when_the_first_cannot_be_had_and_serves_both(seen: Outcome):
    assert [c[:4] for c in seen.captures("twin-in-need.example", *STATE)] == [
        (T1, "fetched", "policy", 200),
        (T2, "fetched", "policy", 200),
    ]
    assert [r.status for r in seen.requests("twin-in-need.example", "replay")] == [404, 200]


# All of them


def test_every_capture_is_fetched_at_most_once_and_none_by_the_second_run(seen: Outcome):
    good = Counter(r.path for r in seen.wayback.asked("replay") if r.status in (200, 404, 429, 503))
    repeated: set[str] = set()
    for domain in stage.scenarios:
        fetched = [t for t, state in seen.captures(domain, "c.timestamp", "c.state") if state == "fetched"]
        repeated |= {r.path for r in seen.requests(domain, "replay", during=2) if r.path[5:19] in fetched}
        twice = {path for path, n in good.items() if domain in path and path[5:19] in fetched and n > 1}
        if domain not in ("cut-off-once.example", "passes-by-the-end.example"):  # failed with a 200
            repeated |= twice
    # After each five faults in a row a run repeats one request, to see whether the archive serves at all.
    assert len(repeated) <= 4


def test_the_runs_say_what_is_left_and_that_it_can_be_had_again(seen: Outcome):
    for after, ended in enumerate(seen.ended, 1):
        left = sum(
            state == "failed" and attempts < MAX_ATTEMPTS
            for domain in stage.scenarios
            for state, attempts in seen.captures(domain, "c.state", "c.attempts", after=after)
        )
        assert ended.status == 3
        assert (
            ended.out.splitlines()[-1]
            == f"{left} captures or listings are still missing: run the same command again"
        )
        assert "Traceback" not in ended.err
