"""Exports that are killed, each in its own process.

Files that are there are complete, and the same command again writes the rest.
"""

import hashlib
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.schema.ids import IDS_PER_POLICY
from db.store import retailers, texts
from db.store.texts import Text
from tests.support import archives
from tests.support.files import size_of
from tests.support.processes import POLICYTRAIL, end_of, kill, policytrail, start, wait_until

SHOPS, VERSIONS = 40, 25
KILLS, EACH = 8, 120  # and how many files more are there at each
LIST = "policytrail.sha256"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a thousand versions of fifty kilobytes each."""
    path = tmp_path_factory.mktemp("export") / "archive.db"
    db = open_archive(path, create=True)
    with transaction(db):
        for shop in range(SHOPS):
            policy = retailers.add_policy(db, f"shop{shop}.example")
            page = retailers.add_page(db, policy, f"http://shop{shop}.example/privacy", "given")
            for number in range(1, VERSIONS + 1):
                seen = f"20{number:02d}-01-01T00:00:00Z"
                words = f"# Privacy\n\nShop {shop}, version {number}.\n\n" + "We tell nobody. " * 3000
                sha256 = hashlib.sha256(words.encode()).hexdigest()
                text = texts.put(
                    db, Text(sha256, "Privacy", words, "en", 9000, 1.0, sha256, "policy", ""), "test"
                )
                db.execute(
                    """insert into captures
                       (page_id, archive, timestamp, captured_at, original, digest, state, verdict, text_id)
                       values (?, 'web.archive.org', ?, ?, ?, ?, 'fetched', 'policy', ?)""",
                    [page.id, f"20{number:02d}0101000000", seen, page.url, str(number), text],
                )
                version = policy * IDS_PER_POLICY + number
                db.execute(
                    """insert into versions (id, policy_id, number, text_id, first_seen, last_seen, captures)
                    values (?, ?, ?, ?, ?, ?, 1)""",
                    [version, policy, number, text, seen, seen],
                )
                if number > 1:
                    before = f"20{number - 1:02d}-01-01T00:00:00Z"
                    db.execute(
                        """insert into changes (id, policy_id, old_version, new_version, kind, last_old,
                        first_new, words_added, words_removed, similarity)
                        values (?, ?, ?, ?, 'wording', ?, ?, 1, 1, 0.9)""",
                        [version - 1, policy, version - 1, version, before, seen],
                    )
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path


@pytest.fixture(scope="module")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    for form in ("markdown", "jsonl", "parquet", "csv"):
        assert policytrail("export", archive, out, "--format", form).status == 0
    return out


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


def texts_of(root: Path) -> dict[str, bytes]:
    return {path: text for path, text in content(root).items() if path.endswith(".md") or path == LIST}


def kill_when(condition: Callable[[], object], *arguments: object) -> None:
    """Start a command and kill it when a condition holds, or let it end."""
    process = start(*POLICYTRAIL, *arguments)
    wait_until(lambda: process.poll() is not None or condition(), "the moment to kill")
    kill(process) if process.poll() is None else process.communicate()


def test_kills_of_a_folder(archive: Path, undisturbed: Path, tmp_path: Path):
    """The moments are ever later; the number of files there tells them apart."""
    out, expected = tmp_path / "out", texts_of(undisturbed)
    assert len(expected) == SHOPS * (VERSIONS + 1) + 1
    for number in range(KILLS):
        kill_when(
            partial(_has_more_than, out, EACH * number),
            "export",
            archive,
            out,
            "--format",
            "markdown",
        )
        there = {path: text for path, text in content(out).items() if path.endswith(".md")}
        assert there.items() <= expected.items()
    done = policytrail("export", archive, out, "--format", "markdown")
    assert (done.status, done.err) == (0, "")
    written, kept = (int(word) for word in done.out.split() if word.isdigit())
    assert written + kept == len(expected) - 1
    assert kept >= EACH * (KILLS - 1)
    assert content(out) == expected
    subprocess.run(["sha256sum", "--quiet", "--check", LIST], cwd=out, check=True)


@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv"])
def test_a_kill_in_the_midst_of_a_file(archive: Path, undisturbed: Path, tmp_path: Path, form: str):
    name = "changes.csv" if form == "csv" else f"versions.{form}"
    place, whole = tmp_path / name, (undisturbed / name).read_bytes()
    part = tmp_path / f".{name}.part"
    kill_when(lambda: size_of(part) > 0, "export", archive, place, "--format", form)
    assert not place.exists() or place.read_bytes() == whole
    assert policytrail("export", archive, place, "--format", form).status == 0
    assert content(tmp_path) == {name: whole}


def test_ctrl_c_ends_cleanly_and_the_next_run_goes_on(archive: Path, undisturbed: Path, tmp_path: Path):
    out = tmp_path / "out"
    process = start(*POLICYTRAIL, "export", archive, out, "--format", "markdown")
    wait_until(lambda: list(out.rglob("*.md")), "the first file")
    os.killpg(process.pid, signal.SIGINT)
    assert end_of(process) == (3, "", "stopped: run the same command again to go on\n")
    assert policytrail("export", archive, out, "--format", "markdown").status == 0
    assert content(out) == texts_of(undisturbed)


def test_an_export_before_is_whole_until_the_next_one_is(archive: Path, undisturbed: Path, tmp_path: Path):
    place, part = tmp_path / "x.jsonl", tmp_path / ".x.jsonl.part"
    assert policytrail("export", archive, place, "--format", "jsonl", "--latest").status == 0
    before = place.read_bytes()
    kill_when(lambda: size_of(part) > 0, "export", archive, place, "--format", "jsonl")
    assert place.read_bytes() in (before, (undisturbed / "versions.jsonl").read_bytes())


def test_another_export_to_the_same_place_waits_for_nobody(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    process = start(*POLICYTRAIL, "export", archive, out, "--format", "markdown")
    wait_until(lambda: list(out.rglob("*.md")), "the first file")
    os.kill(process.pid, signal.SIGSTOP)  # while it holds the folder
    ended = policytrail("export", archive, out, "--format", "markdown")
    kill(process)
    assert (ended.status, ended.out) == (3, "")
    assert ended.err == f"Error: another export is writing to {out}: run this again when it has ended\n"


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_file_that_may_not_grow(archive: Path, tmp_path: Path, form: str):
    limit = {"jsonl": 1 << 20, "parquet": 1 << 16}[form]
    ended = policytrail(
        *("export", archive, tmp_path / "x", "--format", form),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (ended.status, ended.out) == (3, "")
    assert (
        ended.err
        == f"Error: {tmp_path}/x could not be written: File too large; the files in it are complete\n"
    )
    assert content(tmp_path) == {}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk(archive: Path, undisturbed: Path, small_disk: Path):
    out = small_disk / "out"
    ended = policytrail("export", archive, out, "--format", "markdown")
    assert (ended.status, ended.out) == (3, "")
    assert (
        ended.err
        == f"Error: {out} could not be written: No space left on device; the files in it are complete\n"
    )
    expected = texts_of(undisturbed)
    assert {
        path: text for path, text in content(out).items() if path.endswith(".md")
    }.items() <= expected.items()
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert policytrail("export", archive, out, "--format", "markdown").status == 0
    assert content(out) == expected


def test_what_a_crawl_writes_meanwhile_comes_with_the_next(archive: Path, undisturbed: Path, tmp_path: Path):
    copy, out = archives.snapshot(archive, tmp_path / "archive.db"), tmp_path / "out"
    process = start(*POLICYTRAIL, "export", copy, out, "--format", "markdown")
    wait_until(lambda: list(out.rglob("*.md")), "the first file")
    db = open_archive(copy)
    with transaction(db):  # no reader makes a writer wait
        db.execute("update texts set markdown = '# Other' || char(10)")
    db.close()
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert content(out) == texts_of(undisturbed)
    assert (
        policytrail("export", copy, out, "--format", "markdown").out
        == f"{out}: {len(texts_of(undisturbed)) - 1} written, 0 there already\n"
    )


def _has_more_than(folder: Path, number: int) -> bool:
    return len(list(folder.rglob("*.md"))) > number
