"""Answers of the index over HTTP: its pages, resume keys and errors.

No error is ever taken for "no captures".
"""

import json
from collections.abc import Iterator

import pytest

from tests.support import archives
from tests.support.policies import policy
from tests.support.wayback.scenarios import Outcome, Shop, Stage
from tests.support.wayback.standin import FIELDS, Answer, html_page, memento

TIMES = [f"20{year:02d}0101000000" for year in range(1, 8)]
JSON = (("Content-Type", "text/plain"),)
stage = Stage()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    yield stage.play(tmp_path_factory.mktemp("index"))


def replay_all(shop: Shop) -> None:
    for timestamp in TIMES:
        shop.replays(timestamp, memento(timestamp, policy(f"As of {timestamp[:4]}.")))


def stored(seen: Outcome, domain: str) -> list[str]:
    captures = seen.captures(domain, "c.timestamp", "c.state", "c.verdict")
    assert {c[1:] for c in captures} <= {("fetched", "policy")}
    return [c[0] for c in captures]


def listing(seen: Outcome, domain: str) -> tuple[str, str | None]:
    (found,) = seen.pages(domain, "listing", "listing_reason")
    return found


# Pages and keys


@stage.shop
def pages(shop: Shop) -> None:
    """The resume key of the new back end names the last row itself, so that row comes twice.

    Rows may also be in several indexes.
    """
    rows = [shop.row(timestamp) for timestamp in TIMES]
    shop.lists([*rows[:2], rows[1]], rows[1:4], [], rows[3:])
    replay_all(shop)


def test_all_pages_are_read_an_empty_one_too_and_every_row_is_entered_once(seen: Outcome):
    assert stored(seen, "pages.example") == TIMES
    assert listing(seen, "pages.example") == ("complete", None)
    asked = [r.query for r in seen.requests("pages.example", "cdx")]
    assert [query.get("resumeKey") for query in asked] == [
        None,
        *seen.wayback.listings["http://www.pages.example/privacy"].keys,
    ]
    assert {(query["limit"], query["showResumeKey"], query["output"]) for query in asked} == {
        ("5000", "true", "json")
    }
    assert sorted(r.path[5:19] for r in seen.requests("pages.example", "replay")) == TIMES


@stage.shop
def repeated_key(shop: Shop) -> None:
    shop.lists([shop.row(TIMES[0])], [shop.row(TIMES[1])], [shop.row(TIMES[2])])
    keys = shop.wayback.listings[shop.url].keys
    keys[1] = keys[0]
    replay_all(shop)


def test_a_repeated_key_stops_the_listing_and_nothing_is_fetched_by_it(seen: Outcome):
    state, reason = listing(seen, "repeated-key.example")
    assert state == "failed"
    assert "the same resume key twice" in str(reason)
    assert (
        len(seen.requests("repeated-key.example", "cdx")) == 2 * 2
    )  # and once more when the others were listed
    assert seen.captures("repeated-key.example", "c.timestamp", "c.state") == [
        (t, "listed") for t in TIMES[:1]
    ]


@stage.shop
def without_end(shop: Shop) -> None:
    """Its list never ends: always the same row, and always another resume key."""
    shop.lists(*[[shop.row(TIMES[0])] for _ in range(50)])


def test_a_list_without_new_rows_fails_and_stops_no_other(seen: Outcome):
    state, reason = listing(seen, "without-end.example")
    url = "http://www.without-end.example/privacy"
    assert (state, reason) == ("failed", f"the index sends no new rows of {url}, and does not end its list")
    assert len(seen.requests("without-end.example", "cdx")) == 2 * 26


@stage.shop
def text_format(shop: Shop) -> None:
    lines = [" ".join(str(value) for value in shop.row(timestamp)) for timestamp in TIMES]
    shop.lists([shop.row(t) for t in TIMES[:2]], [], first=())
    key = shop.wayback.listings[shop.url].keys[0]
    first = Answer(200, JSON, ("\n".join(lines[:2]) + f"\n\n{key}\n").encode())
    shop.wayback.listings[shop.url].first = [first, Answer(200, JSON, ("\n".join(lines[1:]) + "\n").encode())]
    replay_all(shop)


def test_an_index_that_answers_in_text_is_read_as_well(seen: Outcome):
    assert stored(seen, "text-format.example") == TIMES
    keys = [r.query.get("resumeKey") for r in seen.requests("text-format.example", "cdx")]
    assert keys == [None, *seen.wayback.listings["http://www.text-format.example/privacy"].keys]


@stage.shop
def never_archived(shop: Shop) -> None:
    """The stand-in answers `[]` for unknown addresses, as the Wayback Machine does."""


def test_no_captures_is_an_answer(seen: Outcome):
    assert listing(seen, "never-archived.example") == ("complete", None)
    assert seen.captures("never-archived.example", "c.id") == []


# Errors


ERRORS = {
    "html_with_200": (
        html_page("Internet Archive services are temporarily offline."),
        "an HTML page instead of a list",
    ),
    "short_row": (
        Answer(200, JSON, json.dumps([FIELDS, ["example,short-row)/privacy", TIMES[0]]]).encode()),
        "a row that is too short",
    ),
    "cut_off": (
        Answer(200, JSON, json.dumps([FIELDS, ["a"] * 7]).encode()[:-20]),
        "breaks off or is no JSON",
    ),
    "hung_up": (
        Answer(200, JSON, b"[" + b" " * 500 + b"]", cut=100),
        "the index did not answer: it was cut off",
    ),
    "message": (Answer(200, JSON, b'{"message": "try again later"}'), "a message instead of a list"),
    "empty_key": (Answer(404, JSON, b"not found"), "the index answered with status 404"),
    "always_504": (html_page("504 Gateway Time-out", 504), "the index answered with status 504"),
    "always_reset": (Answer(reset=True), "the index did not answer: "),
}
for _name, (_answer, _) in ERRORS.items():

    def _error(shop: Shop, answer: Answer = _answer) -> None:
        shop.lists(first=(answer,))

    _error.__name__ = _name
    stage.shop(_error)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_the_index_is_recorded_and_the_run_goes_on(seen: Outcome, name: str):
    domain = f"{name.replace('_', '-')}.example"
    state, reason = listing(seen, domain)
    assert state == "failed"
    assert ERRORS[name][1] in str(reason)
    assert "\n" not in str(reason)
    assert seen.captures(domain, "c.id") == []
    assert f"http://www.{domain}/privacy: {reason}" in seen.ended[0].err


def test_an_index_out_of_time_is_asked_for_less_and_less(seen: Outcome):
    limits = [r.query["limit"] for r in seen.requests("always-504.example", "cdx")]
    assert list(dict.fromkeys(limits)) == ["5000", "500", "50"]


@stage.shop
def once_504(shop: Shop) -> None:
    shop.lists([shop.row(timestamp) for timestamp in TIMES], first=(html_page("504 Gateway Time-out", 504),))
    replay_all(shop)


def test_a_504_that_passes_is_only_a_retry(seen: Outcome):
    assert stored(seen, "once-504.example") == TIMES
    assert [r.status for r in seen.requests("once-504.example", "cdx")] == [504, 200]


@stage.shop
def recovers_soon(shop: Shop) -> None:
    """The fault is over after the first answer."""
    shop.lists([shop.row(timestamp) for timestamp in TIMES], first=(html_page("offline"),))
    replay_all(shop)


def test_what_could_not_be_listed_is_tried_again_when_the_others_are(seen: Outcome):
    assert stored(seen, "recovers-soon.example") == TIMES
    assert listing(seen, "recovers-soon.example") == ("complete", None)
    requests = [seen.wayback.seen.index(r) for r in seen.requests("recovers-soon.example", "cdx")]
    others = [seen.wayback.seen.index(seen.requests(domain, "cdx")[0]) for domain in stage.scenarios]
    assert requests[1] > max(others)
    assert "recovers-soon" not in seen.ended[0].err


@stage.shop
def recovers(shop: Shop) -> None:
    """The fault ends after two answers: the second run lists what the first could not."""
    shop.lists([shop.row(timestamp) for timestamp in TIMES], first=(html_page("offline"),) * 2)
    replay_all(shop)


def test_what_could_not_be_listed_is_listed_by_the_next_run(seen: Outcome):
    assert listing(seen, "recovers.example")[0] == "failed"
    after = seen.captures("recovers.example", "c.timestamp", "c.state", after=2)
    assert after == [(t, "fetched") for t in TIMES]
    assert seen.pages("recovers.example", "listing", "listing_reason", after=2) == [("complete", None)]


# Exclusions


_BLOCKED = (
    "org.archive.util.io.RuntimeIOException: "
    "org.archive.wayback.exception.AdministrativeAccessControlException:"
)


@stage.shop
def excluded(shop: Shop) -> None:
    headers = (*JSON, ("X-Archive-Wayback-Runtime-Error", f"{_BLOCKED} Blocked Site Error"))
    shop.lists(first=(Answer(403, headers, f"{_BLOCKED} Blocked Site Error\n".encode()),))


@stage.shop
def robots_in_200(shop: Shop) -> None:
    text = "org.archive.wayback.exception.RobotAccessControlException: Blocked By Robots\n"
    shop.lists(first=(Answer(200, JSON, text.encode()),))


@pytest.mark.parametrize("name", ["excluded", "robots-in-200"])
def test_an_exclusion_is_a_row_and_no_failure(seen: Outcome, name: str):
    state, reason = listing(seen, f"{name}.example")
    assert (state, str(reason).startswith("the archive may not show this page")) == ("excluded", True)
    assert len(seen.requests(f"{name}.example", "cdx")) == 1


# Rows


@stage.shop
def odd_rows(shop: Shop) -> None:
    broken = "20009901000000"
    rows = [
        shop.row("20000003011234", digest="STRAY"),
        shop.row(broken),
        shop.row(TIMES[1], status="-", mimetype="warc/revisit"),
        [*shop.row(TIMES[2])[:6], "-"],
    ]
    shop.lists(rows)
    shop.replays("20000003011234", memento("20000301123400", policy("Of the year 2000.")))
    replay_all(shop)


def test_a_broken_timestamp_is_repaired_or_recorded_and_a_revisit_kept(seen: Outcome):
    assert seen.captures(
        "odd-rows.example", "c.timestamp", "c.captured_at", "c.state", "c.status", "c.reason is null"
    ) == [
        ("20000003011234", "2000-03-01T12:34:00Z", "fetched", 200, 0),
        ("20009901000000", None, "failed", 200, 0),
        (TIMES[1], "2002-01-01T00:00:00Z", "fetched", 200, 0),
        (TIMES[2], "2003-01-01T00:00:00Z", "fetched", 200, 0),
    ]
    assert seen.requests("odd-rows.example", "replay", during=2) == []


# All of them


def test_every_row_is_entered_before_anything_of_its_page_is_fetched(seen: Outcome):
    for domain in stage.scenarios:
        last = max((r.at for r in seen.requests(domain, "cdx")), default=0)
        assert all(r.at > last for r in seen.requests(domain, "replay"))


def test_the_run_ends_in_part_with_a_count_of_what_is_left(seen: Outcome):
    for ended, db in zip(seen.ended, seen.dbs, strict=True):
        left = archives.one(
            db,
            """select (select count(*) from pages where listing = 'failed')
            + (select count(*) from captures
               where state = 'listed' or (state = 'failed' and attempts < 6))""",
        )
        assert ended.status == 3
        assert (
            ended.out.splitlines()[-1]
            == f"{left} captures or listings are still missing: run the same command again"
        )
        assert "Traceback" not in ended.err
    outcomes = archives.rows(seen.dbs[1], "select outcome, finished_at is not null from crawls order by id")
    assert outcomes == [("done in part", 1), ("done in part", 1)]
