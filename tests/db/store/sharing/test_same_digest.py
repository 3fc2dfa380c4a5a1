import gzip

import pytest

from db.database import transaction
from db.store import captures, texts
from db.store.captures import EMPTY_DIGEST, Capture
from db.store.sharing import same_digest
from db.store.sharing.same_digest import OTHER_CAPTURE, Sharing, digest_of, statuses_agree
from tests.support.shop import Shop, text

AT = "2026-01-02T03:04:05Z"
BODY, OTHER = b"<p>the policy", b"<p>access denied"
UNPROVEN = digest_of(gzip.compress(BODY, mtime=0))  # of a payload that the archive decodes for the client
SHOWN = "state, status, body_id is not null, headers is not null, attempts, fetched_at"


def listed(shop: Shop, *statuses: int | None, digest: str | None = digest_of(BODY)) -> list[Capture]:
    return [shop.list(f"20{10 + n}0101000000", digest=digest, status=s) for n, s in enumerate(statuses)]


def share(shop: Shop, capture: Capture, *, proven: bool = False) -> Sharing:
    with transaction(shop.db):
        return same_digest.share(shop.db, shop.bodies, capture.id, proven=proven)


def test_a_digest_is_the_sha1_of_a_payload_in_base_32() -> None:
    assert digest_of(b"") == EMPTY_DIGEST


@pytest.mark.parametrize(
    ("row", "shown", "agree"),
    [
        *((200, 200, True), (200, 203, True), (301, 302, True), (404, 410, True), (500, 503, True)),
        *((200, 301, False), (200, 404, False), (301, 200, False), (404, 200, False), (200, 503, False)),
        *((None, 301, True), (0, 200, True), (999, 200, True)),
    ],
)
def test_statuses_of_one_class_agree_and_unknown_ones_with_all(
    row: int | None, shown: int, agree: bool
) -> None:
    assert statuses_agree(row, shown) is agree


def test_a_revisit_has_the_status_of_its_digest(shelf: Shop) -> None:
    page, revisit = listed(shelf, 200, None)
    lone = shelf.list("20150101000000", digest="D2")
    assert [same_digest.listed_status(shelf.db, c.id) for c in (page, revisit, lone)] == [200, 200, None]
    listed(shelf, None, None, None, 404)
    assert same_digest.listed_status(shelf.db, revisit.id) is None


def test_a_body_of_its_digest_is_shared_without_a_request(shelf: Shop) -> None:
    first, revisit, failed, redirect, missing = listed(shelf, 200, None, 200, 302, 404)
    captures.set_failed(shelf.db, failed.id, "503")
    other = shelf.list("20200101000000", digest="D2", status=200)
    shelf.fetch(first, BODY, at=AT)
    assert share(shelf, first) == Sharing(True, (revisit.id, failed.id))
    assert shelf.row(revisit, SHOWN) == ("fetched", 200, 1, 1, 0, None)
    assert shelf.row(failed, SHOWN) == ("fetched", 200, 1, 1, 1, None)
    assert {shelf.row(c) for c in (redirect, missing, other)} == {("listed", None)}
    assert share(shelf, first) == Sharing(True)


def test_a_body_with_another_sha1_is_shared_when_a_second_request_brings_it(shelf: Shop) -> None:
    first, second, third = listed(shelf, 200, 200, 200, digest=UNPROVEN)
    shelf.fetch(first, BODY, at=AT)
    assert share(shelf, first) == Sharing(False)
    assert shelf.row(third) == ("listed", None)
    shelf.fetch(second, BODY, at=AT)
    assert share(shelf, second) == Sharing(True, (third.id,))


def test_a_payload_that_was_proven_when_it_came_is_shared_at_once(shelf: Shop) -> None:
    first, second = listed(shelf, 200, 200, digest=UNPROVEN)
    shelf.fetch(first, BODY, at=AT)
    assert share(shelf, first, proven=True) == Sharing(True, (second.id,))


def test_of_different_bodies_two_equal_ones_are_the_digests(shelf: Shop) -> None:
    foreign, second, third, fourth = listed(shelf, 200, 200, 200, 200, digest=UNPROVEN)
    shelf.fetch(foreign, OTHER, at=AT)
    shelf.fetch(second, BODY, at=AT)
    assert share(shelf, second) == Sharing(False)
    assert same_digest.disputed(shelf.db, shelf.page.id) == {UNPROVEN}
    shelf.fetch(third, BODY, at=AT)
    assert share(shelf, third) == Sharing(True, (fourth.id,), (foreign.id,))
    assert shelf.row(foreign, "state, reason, body_id, headers, attempts") == (
        *("failed", f"{OTHER_CAPTURE}: not the body of its digest", None, None, 1),
    )


def test_a_proven_body_replaces_a_foreign_one_also_where_it_was_shared(shelf: Shop) -> None:
    foreign, shared, last = listed(shelf, 200, 200, 200)
    shelf.fetch(foreign, OTHER, at=AT)
    with transaction(shelf.db):
        texts.judge(shelf.db, foreign.id, text("Access denied."), "1")
        shelf.db.execute(
            "update captures set state = 'fetched', headers = '[]', body_id = 1 where id = ?", [shared.id]
        )
    shelf.fetch(last, BODY, at=AT)
    assert share(shelf, last) == Sharing(True, (shared.id,), (foreign.id,))
    assert shelf.row(foreign, "state, verdict, text_id, fetched_at") == ("failed", None, None, None)
    assert shelf.row(shared, "state, body_id") == ("fetched", 2)


def test_a_capture_whose_replay_showed_another_one_gets_no_body(shelf: Shop) -> None:
    refused, second, third = listed(shelf, 200, 200, 200)
    captures.set_failed(shelf.db, refused.id, f"{OTHER_CAPTURE}: status 301")
    shelf.fetch(second, BODY, at=AT)
    assert share(shelf, second) == Sharing(True, (third.id,))
    assert shelf.row(refused) == ("failed", f"{OTHER_CAPTURE}: status 301")


def test_the_body_of_a_file_is_that_of_its_digest(shelf: Shop) -> None:
    imported, second = listed(shelf, 200, 200, digest=UNPROVEN)
    shelf.fetch(imported, BODY)
    assert share(shelf, imported) == Sharing(True, (second.id,))


@pytest.mark.parametrize("digest", [None, EMPTY_DIGEST])
def test_captures_without_a_telling_digest_share_nothing(shelf: Shop, digest: str | None) -> None:
    first, other = listed(shelf, 200, 200, digest=digest)
    shelf.fetch(first, b"", at=AT)
    assert share(shelf, first) == Sharing(False)
    assert shelf.row(other) == ("listed", None)


def test_captures_of_another_page_share_nothing(shelf: Shop, neighbour: Shop) -> None:
    (first,), (other,) = listed(shelf, 200), listed(neighbour, 200)
    shelf.fetch(first, BODY, at=AT)
    assert share(shelf, first) == Sharing(True)
    assert shelf.row(other) == ("listed", None)


def test_a_payload_of_another_row_of_the_second_is_noticed(shelf: Shop) -> None:
    second = "20150601120000"
    asked = shelf.list(second, digest=digest_of(BODY), original="https://shop.example/privacy")
    shelf.list(second, digest=digest_of(OTHER))
    shelf.list("20160601120000", digest="D3")
    shown = [
        same_digest.other_of_second(shelf.db, asked.id, {digest_of(b) for b in bodies})
        for bodies in ([OTHER], [BODY], [BODY, OTHER], [b"neither"])
    ]
    assert shown == [digest_of(OTHER), None, None, None]
