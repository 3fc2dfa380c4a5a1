"""The golden texts for people: help, what commands print, their errors, and the pages as text."""

import re
from collections.abc import Iterator
from pathlib import Path

from crawler.cli.command_group import COMMANDS
from tests.support.golden import goldens
from tests.support.golden.web import text
from tests.support.processes import policytrail

SHOPS = (
    "velvetbyte.example",
    "northfork-outfitters.example",
    "saltmarsh-goods.example",
    "vanished-vinyl.example",
)
READERS = {
    "status": [[], ["--gaps", "6"], *([shop] for shop in SHOPS)],
    "log": [
        [],
        ["--presentation", "--variants"],
        [SHOPS[0], SHOPS[2], "--why"],
        ["-n", "1"],
        [SHOPS[0], "--evidence"],
        [SHOPS[3]],
    ],
    "show": [[SHOPS[0]], [SHOPS[1], "2016-01"], [SHOPS[2], "2004"]],
    "diff": [[SHOPS[0]], [SHOPS[1], "2014"], [SHOPS[2], "2004", "2010", "--full"], [SHOPS[0], "--html"]],
    "search": [["privacy"], ['"third parties"', "-n", "3"], ["zeppelin"], ["cookies", SHOPS[1]]],
}
ERRORS = """
status none.db
status folder
status text.txt
status archive.db unknown.example
status archive.db --gaps 3
status
log archive.db unknown.example
log archive.db -n 0
log archive.db notadomain
show archive.db unknown.example
show archive.db velvetbyte.example 1990
show archive.db velvetbyte.example 2018-13
show archive.db velvetbyte.example yesterday
diff archive.db velvetbyte.example 2018 2019 2020
diff archive.db unknown.example
diff archive.db velvetbyte.example 1990
search archive.db "
search archive.db AND
search archive.db privacy unknown.example
export archive.db out
export archive.db out --format pdf
export archive.db out.csv --format csv --from soon
export archive.db out.csv --format csv --from 2020 --to 2010
export archive.db out.csv --format csv --retailer unknown.example
export archive.db text.txt --format jsonl
export archive.db text.txt --format git
extract none.html --url http://shop.example/
extract text.txt
extract text.txt --url http://shop.example/privacy
extract text.txt --url http://shop.example/privacy --timestamp 2018
serve none.db
serve archive.db --port 70000
verify none.db
verify text.txt
verify archive.db --sample 0
merge archive.db
merge archive.db none.db
merge archive.db archive.db
import archive.db none.warc
import archive.db text.txt
import archive.db
rebuild none.db
save none.db
save archive.db --if-older-than soon --dry-run
save archive.db unknown.example --dry-run
crawl archive.db unknown.example --from 2018-02-31
crawl archive.db --select sometimes
crawl archive.db --budget 0
crawl archive.db --retailers none.csv
crawl archive.db --retailers text.txt
crawl archive.db --source nowhere
crawl new.db
discover archive.db --source nowhere
discover new.db
frobnicate
""".strip().splitlines()
PATH = "/archive/-/policies"
PAGES = {
    "home": ["/", "/archive/-/policies"],
    "retailer": [f"{PATH}/{shop}" for shop in (*SHOPS, "unknown.example")],
    "version": [f"{PATH}/{SHOPS[1]}/{end}" for end in ("3", "3.md", "at/2016", "99", "at/1990")],
    "comparison": [f"{PATH}/{SHOPS[0]}/compare{end}" for end in ("", "?old=2&new=3", "?old=1&new=99")],
    "search": [f"/archive/-/search?{end}" for end in ("", "q=third+parties", "q=zeppelin", "q=a&from=soon")],
    "trends": [f"/archive/-/trends{end}" for end in ("", "?q=cookies", "?q=zeppelin")],
    "health": ["/archive/-/health"],
}


def texts(folder: Path, demo: str) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of the golden texts.

    `folder` is the current folder, and has archive.db. `demo` is the output of the demo.
    """
    (folder / "text.txt").write_text("no archive\n")
    (folder / "folder").mkdir()
    yield "demo.txt", demo
    yield (
        "help.txt",
        "\n".join(goldens.transcript(*name, "--help") for name in ([], *([name] for name in COMMANDS))),
    )
    for command, calls in READERS.items():
        yield f"{command}.txt", "\n".join(goldens.transcript(command, "archive.db", *call) for call in calls)
    yield "retailers.txt", goldens.transcript("retailers") + goldens.transcript("retailers", "--csv")
    yield "verify.txt", _verify(folder)
    archive = folder / "archive.db"
    for name, paths in PAGES.items():
        yield f"page-{name}.txt", "".join(text(archive, path) for path in paths)
    # Errors come last, because these commands may record a run in the archive.
    yield "errors.txt", "\n".join(goldens.transcript(*line.split()) for line in ERRORS)


def _verify(folder: Path) -> str:
    ended = policytrail("verify", folder / "archive.db", "--jobs", "1")
    return re.sub(r"\d+(\.\d+)? s(econds)?\b", "N s", (ended.out + ended.err).replace(str(folder), "FOLDER"))
