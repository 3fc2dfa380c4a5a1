"""Exports into Git that are killed at random moments, with or without git's process.

Run again, they end with the same commit ids.
"""

import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.history import versions
from db.store import captures, retailers, texts
from db.store.bodies import Bodies
from db.store.captures import IndexRow, Replayed
from db.store.texts import Text
from extract import extract_policy
from extract.html.source_text import source_text
from tests.support.files import size_of
from tests.support.processes import POLICYTRAIL, end_of, kill, policytrail, start, wait_until

SEED = 20260101
ROUNDS = 2  # of three kills each
SHOPS, VERSIONS = 24, 12  # a shop an hour


WORDS = (
    "name",
    "address",
    "phone",
    "order",
    "basket",
    "letter",
    "voice",
    "picture",
    "birthday",
    "wishes",
    "size",
    "taste",
)


def policy(number: int) -> bytes:
    """Return a policy with its first `number` paragraphs rewritten."""
    wordings = (
        "We keep your {} for ten years in our books.",
        "Nobody but us is ever told about your {}, and we forget it.",
    )
    paragraphs = "".join(
        f"<p>{wordings[place < number].format(word)}</p>" for place, word in enumerate(WORDS)
    )
    return f"<title>Privacy</title>{paragraphs}".encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "archive.db"
    db = open_archive(path, create=True)
    bodies = Bodies(db)
    for shop in range(SHOPS):
        with transaction(db):
            policy_id = retailers.add_policy(db, f"shop{shop}.example")
            page = retailers.add_page(db, policy_id, f"http://shop{shop}.example/privacy", "given")
            for number in range(VERSIONS):
                body = policy(number)
                row = IndexRow(
                    page.urlkey,
                    f"{2000 + number}0101{shop:02}0000",
                    page.url,
                    "text/html",
                    200,
                    f"{shop}-{number}",
                )
                captures.record_rows(db, page.id, "web.archive.org", [row])
                capture = captures.find(db, page.id, row)
                assert capture
                captures.set_fetched(db, bodies, capture, Replayed("web.archive.org", body, (), 200))
                texts.judge(db, capture.id, Text.of(extract_policy(body, url=page.url)), "1")
            db.execute("update captures set verdict = 'policy' where page_id = ?", [page.id])
        versions.refresh(db, policy_id, source_text)
    db.close()
    return path


def ask(repo: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", repo, *arguments], check=True, capture_output=True, text=True).stdout


def end_at_random(archive: Path, repo: Path, chance: random.Random, full: int) -> bool:
    """Start an export and kill it after some bytes; return whether it was still running."""
    process, size = start(*POLICYTRAIL, "export", archive, repo, "--format", "git"), chance.randrange(1, full)
    wait_until(lambda: process.poll() is not None or size_of(repo) >= size, "the moment to kill")
    if process.poll() is not None:
        assert end_of(process).status == 0
        return False
    if chance.random() < 0.5:
        kill(process)
    else:  # git is left alone, and has to find out
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    return True


def test_exports_that_are_killed_end_with_the_ids_of_one_that_was_not(archive: Path, tmp_path: Path):
    whole, chance = tmp_path / "whole", random.Random(SEED)
    assert (
        policytrail("export", archive, whole, "--format", "git").out
        == f"{whole}: {SHOPS * VERSIONS} written, 0 there already\n"
    )
    full = size_of(whole)
    for number in range(ROUNDS):
        repo = tmp_path / str(number)
        kills = sum(end_at_random(archive, repo, chance, full) for _ in range(3))
        assert kills > 0
        ended = policytrail("export", archive, repo, "--format", "git")
        assert (ended.status, ended.err) == (0, "")
        assert ask(repo, "rev-parse", "main") == ask(whole, "rev-parse", "main")
        assert ask(repo, "status", "--porcelain") == ""
        ask(repo, "fsck", "--strict", "--full")
        assert (
            policytrail("export", archive, repo, "--format", "git").out
            == f"{repo}: 0 written, {SHOPS * VERSIONS} there already\n"
        )
