from db.database import transaction
from db.store import capture_states, revisits
from db.store.captures import MAX_ATTEMPTS
from tests.support.shop import Shop


def test_revisits_of_a_file_take_the_body_of_their_digest(shelf: Shop, neighbour: Shop) -> None:
    elsewhere = neighbour.list("20120101000000", digest="D1", archive="a.warc")
    neighbour.fetch(elsewhere, b"elsewhere")
    here = shelf.list("20130101000000", digest="D1", archive="a.warc", status=200)
    shelf.fetch(here, b"here")
    revisit = shelf.list("20140101000000", digest="D1", archive="a.warc")
    orphan = shelf.list("20150101000000", digest="D9", archive="a.warc")
    other_file = shelf.list("20160101000000", digest="D9", archive="b.warc")
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
        revisits.resolve(shelf.db, shelf.bodies, "a.warc")
    assert shelf.row(own, "state, headers") == ("fetched", '[["Date","now"]]')
    assert shelf.row(none, "state, headers") == ("fetched", '[["Date","then"]]')


def test_a_revisit_that_names_its_capture_shares_its_digest(shelf: Shop) -> None:
    shelf.fetch(shelf.list("20130101000000", digest="D1", archive="a.warc"))
    revisit, lost = (shelf.list(f"201{year}0101000000", archive="a.warc") for year in (4, 5))
    with transaction(shelf.db):
        capture_states.share_digest(shelf.db, revisit.id, shelf.page.urlkey, "20130101000000")
        capture_states.share_digest(shelf.db, lost.id, shelf.page.urlkey, "20120101000000")
    assert (shelf.row(revisit, "digest"), shelf.row(lost, "digest")) == (("D1",), ("-",))
