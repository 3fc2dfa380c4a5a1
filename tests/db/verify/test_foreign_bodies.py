import gzip

import pytest

from db.store.captures import Capture
from db.store.sharing.same_digest import digest_of
from db.verify import foreign_bodies
from db.verify.faults import Faults
from tests.support.shop import Shop

AT = "2026-01-02T03:04:05Z"
BODY, OTHER = b"<p>the policy", b"<p>another page"
UNPROVEN = digest_of(gzip.compress(BODY, mtime=0))
MOVED = (("Location", "http://shop.example/new"),)


def found(shop: Shop) -> dict[int, str]:
    faults = Faults()
    foreign_bodies.check(shop.db, faults)
    assert faults.foreign == {problem.row for problem in faults.problems.get("facts", [])}
    return {int(str(problem.row)): problem.what for problem in faults.problems.get("facts", [])}


def share(shop: Shop, capture: Capture, body_id: int) -> None:
    shop.db.execute(
        "update captures set state = 'fetched', headers = '[]', body_id = ? where id = ?",
        [body_id, capture.id],
    )


def test_a_location_for_a_row_of_a_page_is_of_a_redirect(shelf: Shop) -> None:
    page, moved, imported = (
        shelf.list(f"201{n}0101000000", digest=f"D{n}", status=s) for n, s in enumerate((200, 301, 200))
    )
    for capture, at in ((page, AT), (moved, AT), (imported, None)):
        shelf.fetch(capture, OTHER + capture.timestamp.encode(), headers=MOVED, at=at)
    assert found(shelf) == {page.id: "its body is that of a redirect, but the index lists a page"}


def test_a_body_of_another_row_of_the_second_is_foreign(shelf: Shop) -> None:
    own = shelf.list("20150601120000", digest=digest_of(BODY), status=200)
    confused = shelf.list(
        "20150601120000", digest=digest_of(OTHER), status=200, original="https://shop.example/privacy"
    )
    for capture in (own, confused):
        shelf.fetch(capture, BODY, at=AT)
    assert found(shelf) == {confused.id: "its body is that of another capture of its second"}


@pytest.mark.parametrize(("digest", "witnesses"), [(digest_of(BODY), 1), (UNPROVEN, 2)])
def test_a_body_that_is_not_the_proven_one_is_foreign_with_all_that_share_it(
    shelf: Shop, digest: str, witnesses: int
) -> None:
    foreign, shared, *rest = (
        shelf.list(f"201{n}0101000000", digest=digest, status=200) for n in range(2 + witnesses)
    )
    shelf.fetch(foreign, OTHER, at=AT)
    share(shelf, shared, 1)
    for capture in rest:
        shelf.fetch(capture, BODY, at=AT)
    assert found(shelf) == dict.fromkeys((foreign.id, shared.id), "its body is not that of its digest")


def test_a_shared_body_that_nothing_proves_is_noted_and_no_problem(shelf: Shop) -> None:
    first, shared = (shelf.list(f"201{n}0101000000", digest=UNPROVEN, status=200) for n in range(2))
    shelf.fetch(first, BODY, at=AT)
    share(shelf, shared, 1)
    faults = Faults()
    foreign_bodies.check(shelf.db, faults)
    assert (faults.sound, faults.unproven) == (True, {shared.id})
    assert faults.notes == [
        "1 captures share the body of 1 others, and nothing proves that it is theirs:"
        " --repair requests one more capture of each digest"
    ]


def test_bodies_of_files_and_proven_ones_are_no_problem(shelf: Shop) -> None:
    first, shared = (shelf.list(f"201{n}0101000000", digest=digest_of(BODY), status=200) for n in range(2))
    shelf.fetch(first, BODY, at=AT)
    share(shelf, shared, 1)
    imported, revisit = (shelf.list(f"202{n}0101000000", digest=UNPROVEN, status=200) for n in range(2))
    shelf.fetch(imported, OTHER)
    share(shelf, revisit, 2)
    faults = Faults()
    foreign_bodies.check(shelf.db, faults)
    assert (faults.sound, faults.unproven) == (True, set())
