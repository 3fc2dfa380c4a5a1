"""The verification of histories, and of what their changes mean and their texts state."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from crawler.errors import WorkersError
from crawler.workers.pool import WorkerPool
from crawler.workers.processes import NoResultError, OverLimitError
from db.claims import stored as claims
from db.findings import stored as meaning
from db.history import underived, versions
from db.history.versions import Rows
from db.store import retailers
from db.verify.faults import Faults, Problem


class HistoryCheck:
    """Compares the stored history of policies with a newly computed one.

    It consists of versions, changes with their differences, variants, the findings of changes, and the
    claims of texts.
    """

    def __init__(self, db: Database, pool: WorkerPool, faults: Faults) -> None:
        self._db, self._pool, self._faults = db, pool, faults
        self._underived = underived.reasons(db)
        for policy_id, reason in self._underived.items():
            retailer = retailers.domain_of(db, policy_id)
            faults.notes.append(f"the history of {retailer} could not be derived: {reason}")
        for number in claims.left_over(db):
            faults.add(Problem("history", "claims", number, "its text is of no version"))

    async def check(self, policy_id: int) -> None:
        """Compare the history of one policy."""
        retailer = retailers.domain_of(self._db, policy_id)
        if policy_id in self._underived:
            self._faults.left_out["histories"] += 1
            return
        try:
            derived = await self._pool.history(policy_id)
        except (WorkersError, MemoryError):
            raise
        except (OverLimitError, NoResultError) as error:
            self._faults.left_out["histories"] += 1
            self._faults.notes.append(f"the history of {retailer} could not be derived now: {error}")
            return
        except Exception as error:  # a damaged file can fail in any way
            what = f"the history of {retailer} cannot be derived: {type(error).__name__} {error}"[:300]
            self._faults.add(Problem("history", "policies", policy_id, what))
            return
        self._faults.checked["histories"] += 1
        self._compare(retailer, versions.stored(self._db, policy_id), derived, "the captures")
        texts = claims.texts_of(derived)
        found, stated = await self._pool.meanings(policy_id, derived, texts, anew=True)
        self._check_read("findings", "readings", retailer, meaning.stored(self._db, policy_id), found)
        self._check_read("claims", "claim_readings", retailer, claims.stored(self._db, texts), stated)

    def _check_read(self, what: str, readings: str, retailer: str, stored: Rows, due: Rows) -> None:
        """Compare the findings or claims of one policy. Those of other rules or over a limit are left out.

        `readings` is the table that says by which rules they were read. Without any row of a policy they are
        missing, unless these rules have read nothing of the whole archive file: then an older policytrail
        derived it.
        """
        by, by_now = ({rules for _, rules, _ in rows[readings]} for rows in (stored, due))
        if by - by_now:
            self._faults.checked[f"{what} of other rules"] += 1
        elif by_now and not by and not any(self._was_read(readings, rules) for rules in by_now):
            self._faults.notes.append(
                f"{what} of {retailer} were never read: the next crawl, import or rebuild does that"
            )
        elif any(number is None for rows in (stored, due) for _, _, number in rows[readings]):
            self._faults.left_out[what] += 1
        else:
            self._faults.checked[what] += len(due[what])
            self._compare(retailer, stored, due, "the texts")

    def _was_read(self, readings: str, rules: str) -> bool:
        query = f"select 1 from {readings} where rules = ? limit 1"
        return self._db.execute(query, [rules]).fetchone() is not None

    def _compare(self, retailer: str, of_file: Rows, new: Rows, source: str) -> None:
        for table, rows in of_file.items():
            stored, due = _by_number(rows), _by_number(new[table])
            for number in sorted(stored.keys() | due.keys()):
                if stored.get(number) == due.get(number):
                    continue
                if number not in stored:
                    what = "is missing"
                elif number not in due:
                    what = "should not be there"
                else:
                    what = f"does not follow from {source}"
                self._faults.add(Problem("history", table, number, f"{what}: {retailer}"))


def _by_number(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of a table by their first column; a change has several differences."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
