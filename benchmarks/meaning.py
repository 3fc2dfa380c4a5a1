"""Measure the findings on changes that people judged (`../shared/gold/meaning`).

It imports the captures of the corpus, computes the findings of each judged change, and has them scored by
`../shared/bench/score_meaning.py`: the pairs for which the rules were written, then the pairs put aside
before. A pair is put aside if the SHA-256 of its id, as a number, is divisible by 3.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlite_utils import Database

from db.database import read_archive
from db.findings.findings import findings
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.query.comparisons import stored
from extract.claims import Paragraph, Sentence, sentences

SHARED = Path(__file__).parents[2] / "shared"
GOLD = SHARED / "gold" / "meaning"
CAPTURES = SHARED / "corpus" / "retailers" / "retailers.warc.gz"
OF_PAIR = """select c.id, c.old_text_id, c.new_text_id
    from changes c join pages g on g.policy_id = c.policy_id
    join captures n on n.page_id = g.id and n.captured_at = c.first_new
    where c.kind = 'wording' and n.verdict = 'policy' and n.original = ? and n.timestamp = ?"""


def read_claims(paragraphs: Any, language: str) -> list[Sentence]:
    """Return the sentences of a text with their claims, as `findings` asks for them."""
    return sentences([Paragraph(*one) for one in paragraphs], language)


def of_change(db: Database, change: int, old: int, new: int) -> list[dict[str, Any]]:
    """Return the findings of a stored change as values of JSON."""
    texts = [dict(db["texts"].get(text)) for text in (old, new)]
    words = [Words(TokenizedText(text["markdown"], text["stated_date"])) for text in texts]
    languages = texts[0]["language"] or "", texts[1]["language"] or ""
    return [one._asdict() for one in findings(*words, stored(db, change), languages, read_claims)]


def main() -> None:
    """Print the figures of both parts, and the processor time of a change."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "archive.db")
        command = [sys.executable, "-m", "crawler.cli", "import", str(archive), str(CAPTURES)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        db, found, seconds = read_archive(archive), {}, process_time()
        for pair in json.loads((GOLD / "pairs.json").read_text(encoding="utf-8")):
            for change in db.execute(OF_PAIR, [pair["url"], pair["first_new"]]).fetchall():
                found[pair["id"]] = {"findings": of_change(db, *change)}
        print(f"{1000 * (process_time() - seconds) / len(found):.0f} ms of processor time a change")
        for name, rest in (("of the rules", (1, 2)), ("put aside", (0,))):
            part = {
                pair: of
                for pair, of in found.items()
                if int(hashlib.sha256(pair.encode()).hexdigest(), 16) % 3 in rest
            }
            file = Path(scratch, "findings.json")
            file.write_text(json.dumps(part), encoding="utf-8")
            print(f"\nPairs {name}: {len(part)}", flush=True)
            scorer = SHARED / "bench" / "score_meaning.py"
            subprocess.run([sys.executable, scorer, "--other", file], check=True)


if __name__ == "__main__":
    main()
