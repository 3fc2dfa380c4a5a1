"""Damaged WARC and WACZ files, and bombs of three gigabytes, imported as users import them."""

from __future__ import annotations

from collections.abc import Iterator

from common import Place, Row

from tests.support import hostile_warcs

GIGABYTES = 3


def rows(place: Place) -> Iterator[Row]:
    """Import each file into a new archive. The import ends with a report, and `verify` finds nothing.

    The status is 2 if no capture can be read, and else 0 or 3.
    """
    for number, (case, name, body) in enumerate(hostile_warcs.all_of(place.rng)):
        (place.folder / name).write_bytes(body)
        yield imported(place, case, name, verifies=number % 4 == 0)
    for name in ("bomb.warc.gz", "bomb.wacz"):
        hostile_warcs.write_bomb(place.folder / name, GIGABYTES)
        yield imported(place, f"{GIGABYTES} GB in {name}", name)


def imported(place: Place, case: str, name: str, *, verifies: bool = True) -> Row:
    """Import one file, and verify the archive if there is one."""
    archive = place.folder / "a.db"
    for file in place.folder.glob("a.db*"):
        file.unlink()
    ended = place.run("import", archive, place.folder / name, "--jobs", 1)
    wrong = ended.wrong(0, 2, 3)
    if not wrong and verifies and archive.exists():
        wrong = place.run("verify", archive, "--jobs", 1).wrong(0)
    (place.folder / name).unlink()
    return Row("warc", case, wrong, ended.seconds, ended.megabytes)
