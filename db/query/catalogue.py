"""The retailers, versions, changes and captures of an archive file, as rows for programs."""

from typing import Any

from sqlite_utils import Database

from db.history import good_captures
from db.history.good_captures import GoodCapture
from db.store import attributes

Row = dict[str, Any]


def retailers(db: Database) -> list[Row]:
    """Return the retailers by domain.

    A row has domain, name, versions and changes (numbers; changes of wording), first_good and last_good
    (times of good captures, None without any), addresses (a list of the policy's addresses), and attributes
    (a dict of name -> value).
    """
    addresses: dict[int, list[str]] = {}
    for policy_id, url in db.execute("select policy_id, url from pages order by id"):
        addresses.setdefault(policy_id, []).append(url)
    rows = db.query(
        """select p.id, p.retailer as domain, r.name,
            (select count(*) from versions v where v.policy_id = p.id) as versions,
            (select count(*) from changes c where c.policy_id = p.id and c.kind = 'wording') as changes,
            min(c.captured_at) as first_good, max(c.captured_at) as last_good
        from policies p join retailers r on r.domain = p.retailer left join pages g on g.policy_id = p.id
        left join captures c on c.page_id = g.id and c.verdict = 'policy'
        where p.kind = 'privacy' group by p.id order by p.retailer"""
    )
    noted = attributes.of_all(db)
    return [
        {
            "addresses": addresses.get(row.pop("id"), []),
            "attributes": noted.get(row["domain"], {}),
            **row,
        }
        for row in rows
    ]


def versions(db: Database, policy_id: int) -> list[Row]:
    """Return the versions of a policy by number.

    A row has number, title, language, words, first_seen, last_seen, captures, and sha256 (of its text).
    """
    return list(
        db.query(
            """select v.number, t.title, t.language, t.words, v.first_seen, v.last_seen, v.captures, t.sha256
            from versions v join texts t on t.id = v.text_id where v.policy_id = ? order by v.number""",
            [policy_id],
        )
    )


def first_capture(db: Database, policy_id: int, number: int) -> GoodCapture | None:
    """Return the first capture of a version, or None if there is no such version.

    Of the captures of that second, it is the one with the version's text.
    """
    row = db.execute(
        "select first_seen, text_id from versions where policy_id = ? and number = ?", [policy_id, number]
    ).fetchone()
    return good_captures.at(db, policy_id, *row) if row else None


def captures(db: Database, policy_id: int) -> list[Row]:
    """Return all captures of a policy by time, with the fields of an index row, state, verdict and reason."""
    return list(
        db.query(
            """select g.urlkey, c.timestamp, c.original, c.mimetype, c.status, c.digest, c.length, c.archive,
                c.replay_key, c.state, c.verdict, c.reason
            from pages g join captures c on c.page_id = g.id where g.policy_id = ?
            order by c.timestamp, g.urlkey, c.original, c.digest""",
            [policy_id],
        )
    )
