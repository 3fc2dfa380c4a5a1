"""Measure the rules that recognise statements on sentences that were labelled by eye.

`labelled_sentences.csv` has the kinds of 10,395 sentences of the policies in the corpus, each named by
the first 16 digits of the SHA-256 of its words. No kinds: it states nothing. Each sentence was labelled
once, by the guide of `../shared/gold/meaning`. The sentences of a third of the shops are counted apart:
whoever changes a rule reads the errors of the others only.

Run: python benchmarks/claims.py [KIND]      With KIND, it also prints the errors of this kind.
"""

import csv
import hashlib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from db.claims.paragraphs import paragraphs
from db.database import read_archive
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from extract.claims import Paragraph, sentences

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
LABELS = Path(__file__).with_name("labelled_sentences.csv")
TEXTS = """select p.retailer, t.markdown, t.stated_date
    from texts t join versions v on v.text_id = t.id join policies p on p.id = v.policy_id
    where t.language is null or t.language like 'en%' group by t.id order by t.id"""


class Judged(NamedTuple):
    """A labelled sentence: its shop, its words, and the kinds by the rules and by the reader."""

    shop: str
    text: str
    found: frozenset[str]
    labelled: frozenset[str]

    @property
    def is_apart(self) -> bool:
        """Whether the sentence is of a shop that is counted apart."""
        return int(hashlib.sha256(self.shop.encode()).hexdigest(), 16) % 3 == 0


def imported(archive: Path) -> Path:
    """Import the corpus into an archive file, and return the file."""
    command = [sys.executable, "-m", "crawler.cli", "import", str(archive)]
    subprocess.run(
        [*command, CORPUS / "retailers" / "retailers.warc.gz"], check=True, stdout=subprocess.DEVNULL
    )
    for warc in sorted((CORPUS / "series").glob("*/captures.warc.gz")):
        own = ["--every", "--domain", f"{warc.parent.name}.example"]
        subprocess.run([*command, warc, *own], check=True, stdout=subprocess.DEVNULL)
    return archive


def judged(archive: Path) -> Iterator[Judged]:
    """Yield the labelled sentences of an archive, each once."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row["sentence"]: frozenset(row["kinds"].split()) for row in csv.DictReader(file)}
    for shop, markdown, stated in read_archive(archive).execute(TEXTS).fetchall():
        blocks = [Paragraph(*one) for one in paragraphs(Words(TokenizedText(markdown, stated)))]
        for sentence in sentences(blocks):
            text = " ".join(blocks[sentence.paragraph].text[sentence.start : sentence.end].split())
            kinds = labels.pop(hashlib.sha256(text.encode()).hexdigest()[:16], None)
            if kinds is not None:
                found = frozenset(claim.kind for claim in sentence.claims) - {"recipient"}
                yield Judged(shop, text, found, kinds)


def report(name: str, part: list[Judged]) -> None:
    """Print precision and recall of all kinds together, and of each kind."""
    right = Counter(kind for one in part for kind in one.found & one.labelled)
    wrong = Counter(kind for one in part for kind in one.found - one.labelled)
    missed = Counter(kind for one in part for kind in one.labelled - one.found)
    rows = [("all kinds", right.total(), wrong.total(), missed.total())]
    rows += [(kind, right[kind], wrong[kind], missed[kind]) for kind in sorted(right | wrong | missed)]
    print(f"\n{name}: {len(part)} sentences")
    for kind, hits, false, lost in rows:
        precision, recall = hits / max(1, hits + false), hits / max(1, hits + lost)
        print(f"  {kind:11} precision {precision:.2f}  recall {recall:.2f}  of {hits + lost}")


def main() -> None:
    """Print the figures of both parts."""
    with tempfile.TemporaryDirectory() as folder:
        every = list(judged(imported(Path(folder, "archive.db"))))
    for one in every:
        for kind in one.found ^ one.labelled:
            if kind in sys.argv[1:] and not one.is_apart:
                print("wrong " if kind in one.found else "missed", sorted(one.labelled), one.text)
    report("Shops for which rules are written", [one for one in every if not one.is_apart])
    report("Other shops", [one for one in every if one.is_apart])


if __name__ == "__main__":
    main()
