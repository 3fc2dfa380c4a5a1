import pytest
from sqlite_utils import Database

from db.database import transaction
from db.store import capture_states
from db.store.captures import MAX_ATTEMPTS, Capture
from db.store.sharing import revisits
from db.store.sharing.revisits import Reference
from tests.support.shop import Shop


@pytest.fixture(autouse=True)
def _an_import(db: Database) -> None:
    revisits.begin(db, [])


def test_revisits_of_a_file_take_the_body_of_their_digest(shelf: Shop, neighbour: Shop) -> None:
    elsewhere = neighbour.list("20120101000000", digest="D1", archive="a.warc")
    neighbour.fetch(elsewhere, b"elsewhere")
    here = shelf.list("20130101000000", digest="D1", archive="a.warc", status=200)
    shelf.fetch(here, b"here")
    revisit = shelf.list("20140101000000", digest="D1", archive="a.warc")
    orphan = shelf.list("20150101000000", digest="D9", archive="a.warc")
    other_file = shelf.list("20160101000000", digest="D9", archive="b.warc")
    refer(shelf, revisit)
    refer(shelf, orphan)
    refer(shelf, other_file, archive="b.warc")
    revisits.resolve(shelf.db, shelf.bodies, "a.warc")
    assert shelf.row(revisit, "state, status, body_id") == ("fetched", 200, *shelf.row(here, "body_id"))
    assert shelf.row(orphan, "state, reason, attempts") == (
        "failed", "a revisit whose first capture is not in the file", MAX_ATTEMPTS,
    )  # fmt: skip
    assert shelf.row(other_file) == ("listed", None)


def test_a_revisit_keeps_its_own_headers(shelf: Shop) -> None:
    shelf.fetch(
        shelf.list("20130101000000", digest="D1", archive="a.warc", status=200), headers=(("Date", "then"),)
    )
    own, none = (shelf.list(f"201{year}0101000000", digest="D1", archive="a.warc") for year in (4, 5))
    with transaction(shelf.db):
        capture_states.keep_headers(shelf.db, own.id, (("Date", "now"),))
    refer(shelf, own)
    refer(shelf, none)
    resolve(shelf)
    assert shelf.row(own, "state, headers") == ("fetched", '[["Date","now"]]')
    assert shelf.row(none, "state, headers") == ("fetched", '[["Date","then"]]')


def refer(shelf: Shop, capture: Capture, archive: str = "a.warc", **names: str) -> None:
    with transaction(shelf.db):
        revisits.note_reference(shelf.db, archive, capture.id, Reference(**names))


def note(shelf: Shop, capture: Capture, record_id: str) -> None:
    with transaction(shelf.db):
        revisits.note_record(shelf.db, record_id, capture.id)


def resolve(shelf: Shop, archive: str | None = "a.warc") -> set[int]:
    with transaction(shelf.db):
        return revisits.resolve(shelf.db, shelf.bodies, archive)


def test_a_revisit_that_names_its_capture_has_its_digest_and_body(shelf: Shop) -> None:
    first = shelf.list("20130101000000", digest="D1", archive="a.warc")
    shelf.fetch(first)
    revisit, lost = (shelf.list(f"201{year}0101000000", archive="a.warc") for year in (4, 5))
    refer(shelf, revisit, urlkey=shelf.page.urlkey, timestamp="20130101000000")
    refer(shelf, lost, urlkey=shelf.page.urlkey, timestamp="20120101000000")
    assert resolve(shelf) == {shelf.policy_id}
    assert shelf.row(revisit, "digest, state, body_id") == ("D1", "fetched", *shelf.row(first, "body_id"))
    assert shelf.row(lost, "digest, state") == ("-", "failed")


def test_a_record_id_names_a_capture_in_any_spelling_and_before_address_and_date(shelf: Shop) -> None:
    named, other = (
        shelf.list(f"201{year}0101000000", digest=f"D{year}", archive="a.warc") for year in (3, 4)
    )
    shelf.fetch(named, b"named")
    shelf.fetch(other, b"other")
    note(shelf, named, "<urn:uuid:AB>")
    note(shelf, other, "urn:uuid:ab")  # the first of a name counts
    revisit, unknown = (shelf.list(f"201{year}0101000000", archive="a.warc") for year in (5, 6))
    by_date = {"urlkey": shelf.page.urlkey, "timestamp": other.timestamp}
    refer(shelf, revisit, record_id=" <urn:uuid:ab> ", **by_date)
    refer(shelf, unknown, record_id="<urn:uuid:cd>", **by_date)
    resolve(shelf)
    assert [shelf.row(one, "digest")[0] for one in (revisit, unknown)] == ["D3", "D4"]


def test_a_reference_to_a_later_file_is_followed_at_the_end(shelf: Shop) -> None:
    revisit = shelf.list("20150101000000", archive="a.warc")
    refer(shelf, revisit, record_id="urn:later")
    assert resolve(shelf) == set()
    assert shelf.row(revisit, "state") == ("failed",)
    first = shelf.list("20140101000000", digest="D1", archive="b.warc")
    shelf.fetch(first)
    note(shelf, first, "urn:later")
    assert resolve(shelf, "b.warc") == set()
    assert resolve(shelf, None) == {shelf.policy_id}
    assert shelf.row(revisit, "state, body_id") == ("fetched", *shelf.row(first, "body_id"))
    assert resolve(shelf, None) == set()


def test_a_revisit_of_revisits_has_the_body_of_the_first_capture(shelf: Shop) -> None:
    first, *chain = (
        shelf.list(f"{year}0101000000", archive="a.warc", digest="D1" if year == 2000 else None)
        for year in range(2000, 2006)
    )
    shelf.fetch(first)
    for number, capture in enumerate([first, *chain]):
        note(shelf, capture, f"urn:{number}")
        if number:
            refer(shelf, capture, record_id=f"urn:{number - 1}")
    resolve(shelf)
    assert {shelf.row(one, "state, digest, body_id") for one in chain} == {
        ("fetched", "D1", *shelf.row(first, "body_id"))
    }


def test_revisits_in_a_circle_and_of_themselves_end_as_failed(shelf: Shop) -> None:
    ring = [shelf.list(f"{year}0101000000", archive="a.warc") for year in range(2000, 2003)]
    for number, capture in enumerate(ring):
        note(shelf, capture, f"urn:{number}")
        refer(shelf, capture, record_id=f"urn:{(number + 1) % 3}")
    own = shelf.list("20100101000000", archive="a.warc")
    note(shelf, own, "urn:own")
    refer(shelf, own, record_id="urn:own", urlkey=shelf.page.urlkey, timestamp=own.timestamp)
    resolve(shelf)
    resolve(shelf, None)
    assert {shelf.row(one, "state, digest") for one in (*ring, own)} == {("failed", "-")}


@pytest.mark.parametrize(
    ("own", "state"), [("SHA256:AB", "fetched"), ("A" * 32, "fetched"), ("B" * 32, "failed")]
)
def test_a_reference_to_a_capture_of_another_digest_is_not_followed(
    shelf: Shop, own: str, state: str
) -> None:
    first = shelf.list("20130101000000", digest="A" * 32, archive="a.warc")
    shelf.fetch(first)
    note(shelf, first, "urn:first")
    revisit = shelf.list("20140101000000", digest=own, archive="a.warc")
    refer(shelf, revisit, record_id="urn:first")
    resolve(shelf)
    assert shelf.row(revisit, "state, digest") == (state, own)


def test_captures_without_a_digest_have_no_body_in_common(shelf: Shop) -> None:
    shelf.fetch(shelf.list("20130101000000", archive="web.archive.org"))
    revisit = shelf.list("20140101000000", archive="a.warc")
    refer(shelf, revisit)
    resolve(shelf)
    assert shelf.row(revisit, "state, body_id") == ("failed", None)


def test_of_two_references_the_first_counts_and_the_file_is_the_last(shelf: Shop) -> None:
    first, second = (
        shelf.list(f"201{year}0101000000", digest=f"D{year}", archive="a.warc") for year in (3, 4)
    )
    shelf.fetch(first)
    shelf.fetch(second)
    revisit = shelf.list("20150101000000", archive="b.warc")
    refer(shelf, revisit)
    for capture in (first, second):
        refer(shelf, revisit, "b.warc", urlkey=shelf.page.urlkey, timestamp=capture.timestamp)
    assert resolve(shelf, "a.warc") == set()
    assert resolve(shelf, "b.warc") == {shelf.policy_id}
    assert shelf.row(revisit, "digest, state") == ("D3", "fetched")


def test_what_a_killed_import_left_is_resolved_with_its_file(shelf: Shop) -> None:
    left, other = (shelf.list(f"201{year}0101000000", archive=f"{year}.warc") for year in (4, 5))
    revisits.begin(shelf.db, ["4.warc"])
    resolve(shelf, "4.warc")
    assert [shelf.row(one, "state")[0] for one in (left, other)] == ["failed", "listed"]


def test_a_file_costs_what_its_own_revisits_cost(shelf: Shop) -> None:
    """Nothing is asked about the revisits of the files before it that found no body."""

    def statements() -> int:
        seen: list[str] = []
        shelf.db.conn.set_trace_callback(seen.append)
        resolve(shelf, "b.warc")
        shelf.db.conn.set_trace_callback(None)
        return len(seen)

    refer(shelf, shelf.list("20160101000000", digest="D9", archive="b.warc"), "b.warc")
    alone = statements()
    for year in range(1990, 2000):
        refer(shelf, shelf.list(f"{year}0101000000", digest="D9", archive="a.warc"))
    resolve(shelf)
    refer(shelf, shelf.list("20170101000000", digest="D9", archive="b.warc"), "b.warc")
    assert statements() == alone + 1  # one reference more to follow in b.warc


def test_names_of_records_are_forgotten_by_the_next_import(shelf: Shop) -> None:
    first = shelf.list("20130101000000", digest="D1", archive="a.warc")
    shelf.fetch(first)
    note(shelf, first, "urn:first")
    revisits.begin(shelf.db, [])
    revisit = shelf.list("20140101000000", archive="a.warc")
    refer(shelf, revisit, record_id="urn:first")
    resolve(shelf)
    assert shelf.row(revisit, "state") == ("failed",)
