"""Golden files: compare them, write them, and run commands in this process."""

import difflib
import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crawler.cli import main
from tests.support import archives
from tests.support.paths import ROOT

GOLDEN = ROOT / "tests" / "golden"
NOW = "2026-01-01T00:00:00Z"
MOMENTS = {  # all columns with times at which the program ran
    "_sqlite_migrations": ("applied_at",),
    "captures": ("fetched_at",),
    "clues": ("noted_at",),
    "coverage": ("whole_at",),
    "crawls": ("started_at", "finished_at"),
    "known_changes": ("known_at",),
    "pages": ("listed_at",),
    "retailer_attributes": ("noted_at",),
    "searches": ("asked_at",),
}


def copy_with_fixed_moments(archive: Path, folder: Path) -> Path:
    """Copy an archive into `folder`, with NOW for every time at which the program ran."""
    copy = archives.snapshot(archive, folder / "archive.db")
    with closing(sqlite3.connect(copy)) as db:
        for table, columns in MOMENTS.items():
            for column in columns:
                db.execute(f"update {table} set {column} = ? where {column} is not null", [NOW])
        db.commit()
    return copy


def transcript(*arguments: str) -> str:
    """Run a command in this process; return its output and errors as users see them."""
    out, err, status = run_command(*arguments)
    parts = [f"$ policytrail {' '.join(arguments)}\n{out}"]
    parts += [f"--- standard error\n{err}"] if err else []
    parts += [f"--- exit status {status}\n"] if status else []
    return "".join(parts).replace(str(Path.cwd()), "FOLDER")


def run_command(*arguments: str) -> tuple[str, str, int]:
    """Run a command in this process; return its output, its errors and its exit status."""
    out, err, status = StringIO(), StringIO(), 0
    with (
        patch.object(sys, "argv", ["policytrail", *arguments]),
        patch.object(sys.modules["__main__"], "__package__", None, create=True),  # click reads it
        patch.dict(os.environ, {"COLUMNS": "80", "IA_ACCESS_KEY": "", "IA_SECRET_KEY": ""}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return out.getvalue(), err.getvalue(), status


def sha256(content: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, in hex."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def lines(rows: Iterator[Any] | list[Any]) -> str:
    """Return rows as sorted JSON lines."""
    written = sorted(json.dumps(row, ensure_ascii=False, default=repr) for row in rows)
    return "".join(f"{line}\n" for line in written)


def sums(folder: Path) -> str:
    """Return the names and SHA-256 of all files in a folder, one per line."""
    files = sorted(path for path in [folder, *folder.rglob("*")] if path.is_file())
    return "".join(f"{sha256(path.read_bytes())}  {path.relative_to(folder).as_posix()}\n" for path in files)


def write(kind: str, files: Mapping[str, str]) -> None:
    """Replace a golden folder by these files."""
    shutil.rmtree(GOLDEN / kind, ignore_errors=True)
    (GOLDEN / kind).mkdir(parents=True)
    for name, content in files.items():
        (GOLDEN / kind / name).write_bytes(content.encode())


def differences(kind: str, files: Mapping[str, str]) -> str:
    """Return the differences between the golden folder and these files as a unified diff."""
    golden = {path.name: path.read_bytes().decode() for path in (GOLDEN / kind).iterdir()}
    return "\n".join(
        line
        for name in sorted(golden.keys() | files.keys())
        if golden.get(name) != files.get(name)
        for line in _diff(name, golden.get(name, ""), files.get(name, ""))
    )


def _diff(name: str, old: str, new: str) -> Iterator[str]:
    names = (f"golden/{name}", f"now/{name}")
    return difflib.unified_diff(old.split("\n"), new.split("\n"), *names, n=1, lineterm="")
