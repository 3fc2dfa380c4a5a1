"""The demonstration archive, built once for all tests that read it."""

import json
from pathlib import Path
from typing import NamedTuple

from crawler.demo.build import build
from tests.support.paths import ROOT
from tests.support.processes import Ended, policytrail

RETAILERS = ROOT / "crawler" / "demo" / "retailers.csv"


class Demo(NamedTuple):
    """The folder of a run of `policytrail demo`, and the output of the run."""

    folder: Path
    ended: Ended

    @property
    def archive(self) -> Path:
        """The archive that the demo filled."""
        return self.folder / "archive.db"


def run_demo(folder: Path) -> Demo:
    """Run the demo in a folder, or return the run that another process made there."""
    report = folder.with_name(f"{folder.name}.json")
    if not report.exists():
        ended = policytrail("demo", folder)
        report.write_text(json.dumps(ended))
    return Demo(folder, Ended(*json.loads(report.read_text())))


def build_origin(folder: Path) -> Path:
    """Import the shops of the demo into an archive, or return the one that another process made."""
    origin = folder / "origin.db"
    if not origin.exists():
        folder.mkdir(exist_ok=True)
        build(folder / "shops.warc.gz")
        part = folder / "part.db"
        ended = policytrail("import", part, folder / "shops.warc.gz", "--retailers", RETAILERS)
        assert ended.status == 0, ended
        part.rename(origin)
    return origin
