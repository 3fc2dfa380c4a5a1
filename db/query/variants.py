"""Variants: other wordings that were shown while a version held, in passing, in turns with it, or at another address."""

from typing import Any

from sqlite_utils import Database

Variant = dict[str, Any]


def of_policy(db: Database, policy_id: int) -> dict[tuple[int, str], list[Variant]]:
    """The variants of a policy by the version that they stand beside and the moment from which that was seen. May be empty.

    Dicts of kind (passing: in one capture; turns; address), url, first_seen, last_seen, captures, `same_as` (the version
    whose wording it has, None where no version has it), `still` (the address showed it in its last good capture, and no
    redirect since). Texts with one wording are one variant.
    """
    found: dict[tuple[int, str], list[Variant]] = {}
    for row in db.query(
        """select v.number as version,
               coalesce((select max(c.first_new) from changes c where c.new_version = v.id and c.kind = 'wording'
                         and c.first_new <= x.first_seen), v.first_seen) as since,
               case when x.kind = 'address' then 'address' when sum(x.captures) = 1 then 'passing' else 'turns' end as kind,
               g.url, min(x.first_seen) as first_seen, max(x.last_seen) as last_seen, sum(x.captures) as captures,
               (select min(o.number) from versions o join texts s on s.id = o.text_id
                where o.policy_id = x.policy_id and s.wording = t.wording) as same_as,
               max(x.last_seen) = (select max(captured_at) from captures
                                   where page_id = x.page_id and verdict in ('policy', 'redirect-stub')) as still
        from variants x join versions v on v.id = x.version_id join pages g on g.id = x.page_id
        join texts t on t.id = x.text_id
        where x.policy_id = ? group by since, v.id, x.kind, x.page_id, t.wording order by first_seen, g.url, x.kind""",
        [policy_id],
    ):
        row["still"] = bool(row["still"])
        found.setdefault((row.pop("version"), row.pop("since")), []).append(row)
    return found


def disagreements(db: Database, policy_id: int) -> list[Variant]:
    """The addresses that, when last seen, showed another wording than the version that holds now. Empty where all agree.

    Dicts of version (the one that holds) and what `of_policy` gives of a variant.
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
