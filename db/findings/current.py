"""Whether what is derived of a policy is complete, so that nobody needs to derive it again."""

from sqlite_utils import Database

from db.history import versions


def is_current(db: Database, policy_id: int, rules_of_findings: str, rules_of_claims: str) -> bool:
    """Return whether the history, findings and claims of a privacy policy are complete, by these rules.

    False for policies of other kinds. That a capture has got another text is not noticed: whoever stores
    texts derives the history again.
    """
    if versions.outdated(db, policy_id):
        return False
    found = db.execute(
        """select exists (select 1 from policies where id = :policy and kind = 'privacy')
        and not exists (select 1 from changes c left join readings r on r.change_id = c.id
            where c.policy_id = :policy and c.kind = 'wording' and r.rules is not :findings)
        and not exists (select 1 from versions v left join claim_readings r on r.text_id = v.text_id
            where v.policy_id = :policy and r.rules is not :claims)""",
        {"policy": policy_id, "findings": rules_of_findings, "claims": rules_of_claims},
    )
    return bool(found.fetchone()[0])
