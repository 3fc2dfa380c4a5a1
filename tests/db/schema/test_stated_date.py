"""The migration that adds the stated date to the texts of an archive file of an older policytrail."""

from sqlite_utils import Database

from db.schema.migrations import migrations


def test_texts_of_versions_get_the_dates_that_the_history_had() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="m011_stated_date")
    db.execute("insert into retailers (domain) values ('shop.example')")
    db.execute("insert into policies (retailer) values ('shop.example')")
    for number in (1, 2, 3):
        db.execute(
            """insert into texts (id, sha256, title, markdown, words, completeness, extractor, wording)
            values (?, ?, 'Privacy', '# Privacy', 1, 1.0, '1', 'w')""",
            [number, f"hash {number}"],
        )
    for number, stated in ((1, "2018-05-25"), (2, None)):
        db.execute(
            """insert into versions (policy_id, number, text_id, first_seen, last_seen, captures, stated_date)
            values (1, ?, ?, '2018-06-01T00:00:00Z', '2018-06-01T00:00:00Z', 1, ?)""",
            [number, number, stated],
        )
    migrations.apply(db)
    assert db.execute("select stated_date from texts order by id").fetchall() == [
        ("2018-05-25",),
        (None,),
        (None,),
    ]
