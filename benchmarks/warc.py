"""Export to WARC, and import that file: CPU seconds and bytes.

They are compared with reading and importing the original file. Usage: python benchmarks/warc.py [WARC [CSV]],
by default the corpus of 40 retailers. Texts are not derived: `crawl.py` measures that.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.importing import warc_reader
from crawler.importing.warc_import import import_warcs
from crawler.retailer_lists import owner
from db.database import open_archive
from db.export import warc as exporting
from db.export.evidence import Citations, ExportFilter, reading

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers"
CITING = Citations(lambda _: None, lambda *_: "")
QUERY = """select c.archive, c.timestamp, c.original, c.mimetype, c.status, c.digest, c.length, c.state,
    c.attempts, c.fetched_at, c.headers, b.sha256, g.url
    from captures c join pages g on g.id = c.page_id left join bodies b on b.id = c.body_id"""


def timed(what: str, work: Callable[[], Any], base: float = 0.0) -> float:
    start = time.process_time()
    found = work()
    seconds = time.process_time() - start
    print(f"{what:46} {seconds:6.2f} s" + (f", {seconds / base:.2f} times" if base else "") + f"   {found}")
    return seconds


def main(source: Path, csv: Path | None) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        one, two = (open_archive(folder / name, create=True) for name in ("a.db", "b.db"))
        out = folder / "out"

        def export() -> str:
            with reading(one):
                exported = exporting.export(one, out, ExportFilter(), CITING, lambda _: None)
            return f"{exported.written} files written, {exported.kept} there already"

        def take(db: Any, files: list[Path]) -> str:
            imported = import_warcs(db, files, owner(csv))
            return (
                f"{imported.read} captures, {imported.fetched} with bodies, {len(imported.problems)} problems"
            )

        read = timed("reading the file", lambda: f"{sum(1 for _ in warc_reader.read(source))} captures")
        first = timed("importing it, without texts", lambda: take(one, [source]), read)
        timed("exporting all to WARC", export, read)
        timed("exporting again, with nothing new", export, read)
        timed("importing the export, without texts", lambda: take(two, sorted(out.glob("*.gz"))), first)
        sizes = source.stat().st_size, sum(file.stat().st_size for file in out.glob("*.gz"))
        print(f"{sizes[0]:,} bytes came, {sizes[1]:,} are exported: {sizes[1] / sizes[0]:.2f} times")
        same = sorted(one.execute(QUERY), key=repr) == sorted(two.execute(QUERY), key=repr)
        print("the captures of both archives are the same" if same else "THE CAPTURES DIFFER")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if given:
        main(given[0], given[1] if given[1:] else None)
    else:
        main(CORPUS / "retailers.warc.gz", CORPUS / "retailers.csv")
