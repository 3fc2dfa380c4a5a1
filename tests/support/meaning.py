"""What changes mean, derived in one process."""

from sqlite_utils import Database

from crawler.workers.rules import rules_of_findings
from crawler.workers.tasks import read_claims
from db.claims import stored as stored_claims
from db.claims.reading import read_text
from db.database import transaction
from db.findings import stored
from db.findings.reading import read_change
from db.history import judgement, versions
from db.history.trace import text_reader
from db.store import texts
from extract import claims


def derive_findings(db: Database, policy_id: int) -> None:
    """Read the changes of a policy whose history is derived, and store their findings."""
    history = versions.stored(db, policy_id)
    words = judgement.words_reader(text_reader(db))
    readings = {
        number: read_change(change, words, lambda text: texts.language_of(db, text), read_claims)
        for number, change in stored.changes_of(history).items()
    }
    with transaction(db):
        stored.store(db, policy_id, stored.derived(history, readings, rules_of_findings()))


def derive_claims(db: Database, policy_id: int) -> None:
    """Read the texts of the versions of a policy whose history is derived, and store their claims."""
    read = {
        number: read_text(texts.markdown_of(db, number), texts.language_of(db, number), read_claims)
        for number in stored_claims.texts_of(versions.stored(db, policy_id))
    }
    with transaction(db):
        stored_claims.store(db, policy_id, list(read), stored_claims.derived(read, claims.version()))
