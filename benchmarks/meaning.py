"""Measure the findings on changes that people judged (`../shared/gold/meaning`, or `meaning-modern`).

`python benchmarks/meaning.py [modern] [ARCHIVE]` imports the captures of the corpus, unless ARCHIVE is an
archive file that has them. It computes the findings of each judged change, and has them scored by
`../shared/bench/score_meaning.py`: the pairs for which the rules were written, then the pairs put aside
before. A pair is put aside if the SHA-256 of its id, as a number, is divisible by 3.

Two simple ways are measured beside it. By terms, a statement is added or removed if a word of its kind
appears or vanishes (`TERMS`). By size, a change states something else if it has many words; the size is the
smallest with no more false alarms than the findings.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
# A word or two of each kind, for the comparison with a search for terms.
TERMS = {
    "sale": r"\b(?:sell|sold|sale of|rent)\b",
    "sharing": r"\b(?:share|shared|third part(?:y|ies)|affiliates|service providers)\b",
    "recipient": r"\b(?:Google|Facebook|Meta|Criteo|Adobe|Microsoft|Twitter|TikTok|Amazon)\b",
    "disclosure": r"\b(?:law enforcement|subpoena|merger|court order)\b",
    "transfer": r"\b(?:Privacy Shield|Safe Harbor|standard contractual clauses|other countries)\b",
    "data-type": r"\b(?:e-?mail address|IP address|location|payment|browsing history|biometric|device)\b",
    "purpose": r"\b(?:marketing|personali[sz]e|analytics|advertising|fraud|research)\b",
    "retention": r"\b(?:retain|retention|delete)\b",
    "tracking": r"\b(?:cookies?|pixels?|web beacons?|local storage)\b",
    "security": r"\b(?:encrypt\w*|SSL|security)\b",
    "right": r"\b(?:right to|access|correct|portability)\b",
    "choice": r"\b(?:opt[- ]?out|unsubscribe|preferences|withdraw)\b",
    "signal": r"\b(?:do not track|global privacy control|DNT|GPC)\b",
    "children": r"\b(?:children|under the age|minors)\b",
    "disputes": r"\b(?:arbitration|class action|governing law)\b",
    "law": r"\b(?:GDPR|CCPA|CPRA|COPPA)\b",
    "notice": r"\b(?:we will notify|changes to this|will be posted)\b",
    "contact": r"\b(?:contact us|data protection officer|toll-free)\b|\S+@\S+",
    "entity": r"\b(?:Inc|LLC|Ltd|GmbH|subsidiar(?:y|ies))\b",
    "seal": r"\b(?:TRUSTe|TrustArc|BBB\w*)\b",
    "date": r"\b(?:last updated|effective|revised)\b[^.]{0,40}\d{4}",
}
Found = dict[str, dict[str, list[dict[str, Any]]]]
Pairs = Sequence[dict[str, Any]]
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


def of_terms(db: Database, old: int, new: int) -> list[dict[str, Any]]:
    """Return what a search for terms finds in a change: the words around a term that one side alone has."""
    texts = [re.split(r"(?<=[.!?])\s+|\n+", db["texts"].get(text)["markdown"]) for text in (old, new)]
    sides = [" ".join(one for one in texts[side] if one not in texts[1 - side]) for side in (0, 1)]
    found = []
    for kind, term in TERMS.items():
        terms = [{one[0].lower(): one for one in re.finditer(term, side, re.IGNORECASE)} for side in sides]
        for side, (name, move) in enumerate((("before", "removed"), ("after", "added"))):
            for word in terms[side].keys() - terms[1 - side].keys():
                one, text = terms[side][word], sides[side]
                around = [*text[: one.start()].split()[-8:], one[0], *text[one.end() :].split()[:8]]
                quotes = {"before": "", "after": "", name: " ".join(around)}
                found.append({"kind": kind, "move": move, **quotes})
    return found


def by_size(pairs: Pairs, found: Found, judged: dict[str, Any]) -> str:
    """Return how many changes with a meaning a least size recognises, beside the findings."""
    of = [(pair["words_added"] + pair["words_removed"], pair["id"]) for pair in pairs if pair["id"] in found]
    quiet = {pair for _, pair in of if not judged[pair]["findings"]}
    alarms = sum(bool(found[pair]["findings"]) for pair in quiet)
    largest = sorted((size for size, pair in of if pair in quiet), reverse=True)
    least = largest[alarms] + 1 if alarms < len(largest) else 0
    seen = sum(bool(found[pair]["findings"]) for _, pair in of if pair not in quiet)
    large = sum(size >= least for size, pair in of if pair not in quiet)
    return (
        f"{alarms} false alarms of {len(quiet)}: the findings see {seen} of {len(of) - len(quiet)} changes"
        f" with a meaning; a size of {least} words and more {large}"
    )


def score(gold: Path, found: Found, scratch: Path) -> None:
    """Print the figures of findings, for both parts."""
    for name, rest in (("of the rules", (1, 2)), ("put aside", (0,))):
        part = {
            pair: of
            for pair, of in found.items()
            if int(hashlib.sha256(pair.encode()).hexdigest(), 16) % 3 in rest
        }
        file = scratch / "findings.json"
        file.write_text(json.dumps(part), encoding="utf-8")
        print(f"\nPairs {name}: {len(part)}", flush=True)
        subprocess.run(
            [sys.executable, SHARED / "bench" / "score_meaning.py", gold, "--other", file], check=True
        )


def imported(archive: Path, warcs: Sequence[Path]) -> Path:
    """Import captures into a new archive file, and return it."""
    for warc in warcs:
        of = ["--every", "--domain", f"{warc.parent.name}.example"] if warc != CAPTURES else []
        command = [sys.executable, "-m", "crawler.cli", "import", str(archive), str(warc), *of]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return archive


def main(args: list[str]) -> None:
    """Print the figures of both parts, the processor time of a change, and the simple ways."""
    gold, warcs = GOLD, [CAPTURES]
    if "modern" in args:
        args.remove("modern")
        gold = SHARED / "gold" / "meaning-modern"
        warcs = sorted((SHARED / "corpus" / "series").glob("*/captures.warc.gz"))
    pairs, judged = (
        json.loads((gold / f"{name}.json").read_text(encoding="utf-8")) for name in ("pairs", "judged")
    )
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        db = read_archive(Path(args[0]) if args else imported(scratch / "archive.db", warcs))
        changes = [
            (pair["id"], *change)
            for pair in pairs
            for change in db.execute(OF_PAIR, [pair["url"], pair["first_new"]]).fetchall()
        ]
        seconds = process_time()
        found: Found = {pair: {"findings": of_change(db, *change)} for pair, *change in changes}
        print(f"{1000 * (process_time() - seconds) / len(found):.0f} ms of processor time a change")
        score(gold, found, scratch)
        print(f"\nBy size. {by_size(pairs, found, judged)}\n\nBy terms:")
        score(gold, {pair: {"findings": of_terms(db, *texts)} for pair, _, *texts in changes}, scratch)


if __name__ == "__main__":
    main(sys.argv[1:])
