"""Measure the ledger of promises: on paraphrases, and on changes that people judged.

The paraphrases are those of `tests/db/promises/paraphrases.toml`. A judged change is one of
`../shared/gold/meaning`: in an editorial one no promise ends, and a promise that a person found removed does.
Promises whose words stay are left out.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlite_utils import Database

from benchmarks.meaning import CAPTURES, GOLD, OF_PAIR
from crawler.workers.tasks import read_claims
from db.claims.reading import read_text
from db.database import read_archive
from db.promises.ledger import promises
from db.promises.statement import KINDS, Promise, ShownVersion, Stated
from tests.support.promises import Paraphrase, goes_on, paraphrases


def of_pairs(db: Database) -> Iterable[tuple[str, list[str], list[Promise]]]:
    """Yield the reason of each judged pair, the quotes that it removed, and its promises."""
    judged = json.loads((GOLD / "judged.json").read_text(encoding="utf-8"))
    for pair in json.loads((GOLD / "pairs.json").read_text(encoding="utf-8")):
        for _, *texts in db.execute(OF_PAIR, [pair["url"], pair["first_new"]]).fetchall():
            steps = [ShownVersion(n, str(n), str(n), stated(db, text)) for n, text in enumerate(texts, 1)]
            gone = [
                one["before"]
                for one in judged[pair["id"]]["findings"]
                if one["move"] == "removed" and one["kind"] in KINDS
            ]
            yield judged[pair["id"]].get("why", ""), gone, promises(steps)


def stated(db: Database, text: int) -> tuple[Stated, ...]:
    """Return what a text states."""
    markdown, language = db.execute("select markdown, language from texts where id = ?", [text]).fetchone()
    read = read_text(markdown, language or "", read_claims)
    return tuple(
        Stated(one.kind, one.polarity, one.subject, one.value, one.unit, one.scope, one.quote, language or "")
        for one in read
    )


def part(counts: Counter[bool]) -> str:
    """Return how many of some cases are true."""
    return f"{counts[True]} of {counts.total()} ({counts[True] / max(1, counts.total()):.0%})"


def main() -> None:
    """Print the figures."""
    every: list[Paraphrase] = paraphrases()
    same = Counter(goes_on(one.text, other) for one in every for other in one.same)
    others = Counter(not goes_on(one.text, other) for one in every for other in one.other)
    print(f"promises that go on when they are re-worded: {part(same)}")
    print(f"promises that end when another statement takes their place: {part(others)}")
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "archive.db")
        command = [sys.executable, "-m", "crawler.cli", "import", str(archive), str(CAPTURES)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        by_reason: dict[str, Counter[bool]] = {}
        found = Counter[bool]()
        for why, gone, made in of_pairs(read_archive(archive)):
            first = [one for one in made if one.first_with == "1"]
            counts = by_reason.setdefault(why or "with a finding", Counter())
            touched = [one for one in first if one.first_without or len(one.wordings) > 1]
            counts.update(one.first_without is None for one in touched)
            ended = " ".join(one.last.quote for one in first if one.first_without)
            found.update(any(word in ended for word in _parts(quote)) for quote in gone if quote)
        for why, counts in sorted(by_reason.items()):
            print(f"promises in other words that go on, in changes judged as {why}: {part(counts)}")
        print(f"removed promises of the judges of which the ledger says that they ended: {part(found)}")


def _parts(quote: str) -> list[str]:
    """Return the first and the last four words of a quote."""
    words = quote.split()
    return [" ".join(words[:4]), " ".join(words[-4:])]


if __name__ == "__main__":
    main()
