"""Discovery evidence: stored once, and never of a kind that the table does not know."""

import sqlite3

import pytest
from sqlite_utils import Database

from db.store import clues
from tests.support.shop import Shop


def test_evidence_is_stored_once(db: Database, shelf: Shop):
    kinds = [clue.way for clue in clues.of_page(db, shelf.page.id)]
    assert clues.note(db, shelf.page.id, "home", text="Privacy") is True
    assert clues.note(db, shelf.page.id, "home", text="Privacy") is False
    assert [clue.way for clue in clues.of_page(db, shelf.page.id)] == [*kinds, "home"]


def test_evidence_of_an_unknown_kind_raises(db: Database, shelf: Shop):
    with pytest.raises(sqlite3.IntegrityError):
        clues.note(db, shelf.page.id, "sitemap")


@pytest.mark.parametrize("kind", clues.EVIDENCE_KINDS)
def test_the_table_knows_every_kind(db: Database, shelf: Shop, kind: str):
    assert clues.note(db, shelf.page.id, kind) is True
