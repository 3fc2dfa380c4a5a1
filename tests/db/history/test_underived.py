from sqlite_utils import Database

from db.database import transaction
from db.history import underived
from db.store.retailers import add_policy


def test_a_reason_is_kept_until_the_history_is_derived(db: Database) -> None:
    policy_id = add_policy(db, "a.example")
    assert (underived.by_extractor(db, policy_id), underived.reasons(db)) == (None, {})
    with transaction(db):
        underived.put(db, policy_id, "over 60 s of processor time", "1")
        underived.put(db, policy_id, "over 2048 MB of memory, or crashed", "2")
    assert underived.by_extractor(db, policy_id) == "2"
    assert underived.reasons(db) == {policy_id: "over 2048 MB of memory, or crashed"}
    assert (underived.waiting(db, "2"), underived.waiting(db, "3")) == ([], [policy_id])
    with transaction(db):
        underived.drop(db, policy_id)
    assert underived.by_extractor(db, policy_id) is None
