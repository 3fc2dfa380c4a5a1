"""The content of an archive under natural keys, to compare two archives.

Archives with equal dumps differ only in the numbers of their rows. Texts without a capture are left out: they
come from bodies that were replaced.
"""

from typing import Any

from sqlite_utils import Database

_PAGE = "p.retailer, p.kind, g.urlkey"
_OF_PAGE = "join pages g on g.id = x.page_id join policies p on p.id = g.policy_id"
_CAPTURE = f"{_PAGE}, c.timestamp, c.original, c.digest"
_OF_CAPTURE = (
    "join captures c on c.id = x.capture_id join pages g on g.id = c.page_id "
    "join policies p on p.id = g.policy_id"
)
_SEEN_IN = "left join captures s on s.id = x.capture_id"
_CONTENT = "left join bodies b on b.id = x.body_id left join texts t on t.id = x.text_id"
_QUERIES = {
    "retailers": "select * from retailers",
    "attributes": "select * from retailer_attributes",
    "policies": "select retailer, kind from policies",
    "pages": f"""select {_PAGE}, g.url, g.found_by, g.listing, g.listing_reason, g.listed_at, g.waypoint,
        g.relation, g.finding from pages g join policies p on p.id = g.policy_id""",
    "bodies": "select sha256, size from bodies",
    "texts": """select * from texts
        where id in (select text_id from captures) or id in (select text_id from conflicts)""",
    "captures": f"""select {_PAGE}, x.timestamp, x.original, x.digest, x.captured_at, x.archive, x.mimetype,
        x.status, x.length, x.state, x.verdict, x.reason, x.attempts, x.fetched_at, x.headers, b.sha256,
        t.sha256
        from captures x {_OF_PAGE} {_CONTENT}""",
    "conflicts": f"""select {_CAPTURE}, b.sha256, t.sha256, x.archive, x.headers, x.fetched_at
        from conflicts x {_OF_CAPTURE} {_CONTENT}""",
    "coverage": f"""select {_PAGE}, x.archive, x.listed_from, x.listed_to, x.whole_at
        from coverage x {_OF_PAGE}""",
    "clues": f"""select {_PAGE}, x.way, x.text, x.noted_at, s.timestamp, s.original, s.digest,
        s.page_id = x.page_id from clues x {_OF_PAGE} {_SEEN_IN}""",
    "saves": f"""select {_PAGE}, x.archive, x.asked_at, x.job, x.state, x.reason, s.timestamp, s.original,
        s.digest from saves x {_OF_PAGE} {_SEEN_IN}""",
    "crawls": """select command, started_at, finished_at, outcome, requests, listed, fetched, failed,
        excluded, versions, changes from crawls""",
    "versions": """select p.retailer, p.kind, v.number, t.sha256, v.first_seen, v.last_seen, v.captures,
        v.stated_date, v.suspect
        from versions v join policies p on p.id = v.policy_id join texts t on t.id = v.text_id""",
    "changes": """select retailer, kind, last_old, first_new, old_version, new_version, words_added,
        words_removed, similarity, stated_before, stated_date, announced, suspect from change_log""",
    "findings": """select retailer, last_old, first_new, kind, move, what, before, after, section, rule,
        weight, certainty, lasting from finding_log""",
    "readings": """select l.retailer, l.last_old, l.first_new, r.rules, r.unquoted
        from readings r join change_log l on l.change_id = r.change_id""",
    "claims": """select t.sha256, x.kind, x.polarity, x.subject, x.value, x.unit, x.scope, x.modality,
        x.section, x.quote, x.start, x."end", x.rule, x.reference
        from claims x join texts t on t.id = x.text_id""",
    "claim_readings": """select t.sha256, x.rules, x.claims
        from claim_readings x join texts t on t.id = x.text_id""",
    "variants": f"""select {_PAGE}, v.number, t.sha256, x.kind, x.first_seen, x.last_seen, x.captures
        from variants x {_OF_PAGE} join versions v on v.id = x.version_id join texts t on t.id = x.text_id""",
    "found": """select t.sha256 from versions_fts f
        join versions v on v.id = f.rowid join texts t on t.id = v.text_id""",
}


def dump(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: sorted(map(tuple, db.execute(query).fetchall()), key=repr) for name, query in _QUERIES.items()
    }


def numbered(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables, with their numbers."""
    tables = [
        name for (name,) in db.execute("select name from sqlite_master where type = 'table' order by name")
    ]
    return {
        name: db.execute(f"select * from {name}").fetchall()
        for name in tables
        if not name.startswith("versions_fts")
    }
