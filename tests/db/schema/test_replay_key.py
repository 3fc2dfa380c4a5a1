"""The migration that stores short timestamps with 14 digits, in an archive file of an older policytrail."""

from sqlite_utils import Database

from db.schema.migrations import migrations


def test_rows_that_failed_for_a_short_timestamp_are_listed_again() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="m009_replay_key")
    db.execute("insert into retailers (domain) values ('shop.example')")
    db.execute("insert into policies (retailer) values ('shop.example')")
    db.execute(
        """insert into pages (policy_id, url, urlkey, found_by)
        values (1, 'http://spa\xdf.example/p', 'example,spass)/p', 'given')"""
    )
    for timestamp in ("20140601", "201406011230", "20149901", "20140601000000"):
        db.execute(
            """insert into captures (page_id, archive, timestamp, original, digest, state, reason, attempts)
            values (1, 'web.archive.org', ?, 'http://shop.example/p', 'D', 'failed',
                'its timestamp names no moment', 6)""",
            [timestamp],
        )
    migrations.apply(db)
    rows = db.execute(
        "select timestamp, replay_key, captured_at, state, attempts from captures order by id"
    ).fetchall()
    assert rows[1:3] == [
        ("20140601123000", "201406011230", "2014-06-01T12:30:00Z", "listed", 0),
        ("20149901", None, None, "failed", 6),
    ]
    assert rows[0][0] == "20140601"  # a capture of that second, address and digest is there already
    assert db.execute("select urlkey from pages").fetchone() == ("example,xn--spa-7ka)/p",)
