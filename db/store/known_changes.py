"""When this archive file first had each change. docs/decisions/0035-what-is-news.md has the reasons.

A change is known if the file had one of the same kind between the same wordings in an overlapping bracket, or
one of the same kind in the same bracket, whose texts were extracted again since.
"""

from sqlite_utils import Database

from db import times

# SQL: changes `c` with their versions `o` and `n`, and the texts `a` and `b` of these.
WITH_TEXTS = """changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
    join texts a on a.id = o.text_id join texts b on b.id = n.text_id"""
# SQL: when such a change became known. Two changes of links within one version can have a capture in common,
# so brackets must overlap in more than a moment.
KNOWN_AT = """select min(k.known_at) from known_changes k
    where k.policy_id = c.policy_id and k.kind = c.kind
    and k.old_wording = a.wording and k.new_wording = b.wording
    and ((k.last_old < c.first_new and k.first_new > c.last_old)
         or (k.last_old = c.last_old and k.first_new = c.first_new))"""


def note(db: Database, policy_id: int) -> None:
    """Store the changes of a policy that are not known yet as known from now on.

    A change whose texts were extracted again is known since the same moment as before. Call it inside a
    transaction.
    """
    db.execute(
        f"""insert into known_changes
            (policy_id, kind, old_wording, new_wording, last_old, first_new, known_at)
        select c.policy_id, c.kind, a.wording, b.wording, c.last_old, c.first_new, coalesce((
            select min(k.known_at) from known_changes k where k.policy_id = c.policy_id and k.kind = c.kind
            and k.last_old = c.last_old and k.first_new = c.first_new), :now)
        from {WITH_TEXTS}
        where c.policy_id = :policy and ({KNOWN_AT}) is null
        order by c.id""",
        {"policy": policy_id, "now": times.now()},
    )
