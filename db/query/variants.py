"""Variants: other wordings that a retailer showed during the period of a version."""

from typing import Any

from sqlite_utils import Database

VariantRow = dict[str, Any]


def of_policy(db: Database, policy_id: int) -> dict[tuple[int, str], list[VariantRow]]:
    """Return the variants of a policy, grouped by the period of a version.

    A key is (version number, start of the period in ISO 8601). A row has kind (passing: in one capture only;
    turns: it alternates; address: at another address), url, first_seen, last_seen, captures, same_as (number
    of the version with this wording, or None), and still (True if the newest good capture or redirect of the
    address has this wording). Texts with the same wording are one variant. Returns {} without variants.
    """
    found: dict[tuple[int, str], list[VariantRow]] = {}
    for row in db.query(
        """select v.number as version,
               coalesce((select max(c.first_new) from changes c where c.new_version = v.id
                         and c.kind = 'wording' and c.first_new <= x.first_seen), v.first_seen) as since,
               case when x.kind = 'address' then 'address' when sum(x.captures) = 1 then 'passing'
                   else 'turns' end as kind,
               g.url, min(x.first_seen) as first_seen, max(x.last_seen) as last_seen,
               sum(x.captures) as captures,
               (select min(o.number) from versions o join texts s on s.id = o.text_id
                where o.policy_id = x.policy_id and s.wording = t.wording) as same_as,
               max(x.last_seen) = (
                   select max(captured_at) from captures
                   where page_id = x.page_id and verdict in ('policy', 'redirect-stub')) as still
        from variants x join versions v on v.id = x.version_id join pages g on g.id = x.page_id
        join texts t on t.id = x.text_id
        where x.policy_id = ? group by since, v.id, x.kind, x.page_id, t.wording
        order by first_seen, g.url, x.kind""",
        [policy_id],
    ):
        row["still"] = bool(row["still"])
        found.setdefault((row.pop("version"), row.pop("since")), []).append(row)
    return found


def disagreements(db: Database, policy_id: int) -> list[VariantRow]:
    """Return the addresses that still show another wording than the latest version.

    A row has version (number of the latest version) and the keys of `of_policy`. Returns [] if all addresses
    show the same wording.
    """
    now = db.execute(
        """select v.number, c.first_new, c.id from changes c join versions v on v.id = c.new_version
        where c.policy_id = :policy and c.kind = 'wording'
        union all select number, first_seen, 0 from versions where policy_id = :policy and number = 1
        order by 2 desc, 3 desc limit 1""",
        {"policy": policy_id},
    ).fetchone()
    beside = of_policy(db, policy_id).get(now[:2], []) if now else []
    return [
        {"version": now[0], **variant}
        for variant in beside
        if variant["kind"] == "address" and variant["still"]
    ]
