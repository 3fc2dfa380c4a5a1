"""The migration that adds the marks of versions and changes to an archive file of an older policytrail."""

import pytest
from sqlite_utils import Database

from db.history import versions
from db.schema.migrations import migrations
from tests.support.shop import Shop


def test_an_older_history_has_no_marks_until_it_is_derived_again(shelf: Shop) -> None:
    shelf.observe("20140101000000", "# Privacy\n\nWe sell data.\n")
    shelf.observe("20150101000000", "# Privacy\n\nWe never sell data.\n")
    shelf.derive()
    assert versions.outdated(shelf.db) == []
    shelf.db.execute("update changes set announced = null")
    assert versions.outdated(shelf.db) == [shelf.policy_id]
    shelf.derive()
    assert versions.outdated(shelf.db) == []
    assert shelf.db.execute("select announced, suspect from changes").fetchall() == [("undated", None)]


def test_rows_of_an_older_archive_stay() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="m013_marks")
    db.execute("insert into retailers (domain) values ('shop.example')")
    db.execute("insert into policies (retailer) values ('shop.example')")
    db.execute(
        """insert into texts (id, sha256, title, markdown, words, completeness, extractor, wording)
        values (1, 'hash', 'Privacy', '# Privacy', 1, 1.0, '1', 'w')"""
    )
    for number in (1, 2):
        db.execute(
            """insert into versions (policy_id, number, text_id, first_seen, last_seen, captures)
            values (1, ?, 1, '2018-06-01T00:00:00Z', '2018-06-01T00:00:00Z', 1)""",
            [number],
        )
    db.execute(
        """insert into changes (id, policy_id, old_version, new_version, kind, last_old, first_new,
        words_added, words_removed, similarity)
        values (1, 1, 1, 2, 'wording', '2018-06-01T00:00:00Z', '2018-07-01T00:00:00Z', 1, 0, 0.9)"""
    )
    migrations.apply(db)
    marks = "stated_before, stated_date, announced, suspect"
    assert db.execute(f"select retailer, new_version, {marks} from change_log").fetchall() == [
        ("shop.example", 2, None, None, None, None)
    ]
    assert db.execute("select version, suspect, title from timeline order by version").fetchall() == [
        (1, None, "Privacy"),
        (2, None, "Privacy"),
    ]


@pytest.mark.parametrize("wrong", ["", "Announced", "maybe", 1])
def test_announced_has_five_values(shelf: Shop, wrong: object) -> None:
    shelf.observe("20140101000000", "# Privacy\n\nWe sell data.\n")
    shelf.observe("20150101000000", "# Privacy\n\nWe never sell data.\n")
    shelf.derive()
    with pytest.raises(Exception, match="CHECK constraint failed"):
        shelf.db.execute("update changes set announced = ?", [wrong])
