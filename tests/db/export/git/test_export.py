"""Histories as Git repositories, read with the real git."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db.database import open_archive, transaction
from db.errors import ArchiveLockedError, ExportTargetError, ExportWriteError, MissingGitError, StoreError
from db.export.evidence import Citations, ExportFilter, ExportResult
from db.export.git import export as git
from tests.support.shop import Shop

CITING = Citations(
    lambda capture: f"https://replay.example/{capture.timestamp}id_/{capture.original}", lambda _, __: ""
)
EVERYTHING = ExportFilter()
ONE, TWO, THREE = (
    f"# Privacy\n\nWe collect your {thing} when you order with us.\n"
    for thing in ("name", "phone", "shoe size")
)

Export = Callable[..., ExportResult]


def ask(repo: Path, *arguments: str) -> str:
    """What git says, as its users see it."""
    return subprocess.run(["git", "-C", repo, *arguments], check=True, capture_output=True, text=True).stdout


def log(repo: Path, *arguments: str) -> list[str]:
    """Subjects, newest first."""
    return ask(repo, "log", "--format=%s", *arguments).splitlines()


def head(repo: Path) -> str:
    return ask(repo, "rev-parse", "main").strip()


def files_of(repo: Path) -> list[str]:
    return sorted(path.name for path in repo.iterdir() if path.name != ".git")


def is_whole(repo: Path) -> bool:
    ended = subprocess.run(
        ["git", "-C", repo, "fsck", "--strict", "--full"], capture_output=True, text=True, check=False
    )
    return (ended.returncode, ended.stdout) == (0, "") and ask(repo, "status", "--porcelain") == ""


@pytest.fixture
def export(db: Database, tmp_path: Path) -> Export:
    def run(out: str = "repo", selection: ExportFilter = EVERYTHING) -> ExportResult:
        return git.export(db, tmp_path / out, selection, CITING, lambda _: None)

    return run


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return tmp_path / "repo"


@pytest.fixture
def told(shelf: Shop) -> Shop:
    """A shop whose second wording is followed by its first again."""
    for year, text in ((1996, ONE), (2014, TWO), (2015, TWO), (2016, ONE)):
        shelf.observe(f"{year}0530130240", text)
    shelf.derive()
    return shelf


def test_a_version_is_a_commit_with_its_evidence(told: Shop, export: Export, repo: Path) -> None:
    assert export() == ExportResult(3, 0)
    assert is_whole(repo)
    digest, body, text = told.db.execute(
        """select c.digest, b.sha256, t.sha256 from captures c
        join bodies b on b.id = c.body_id join texts t on t.id = c.text_id
        where c.timestamp = '20140530130240'"""
    ).fetchone()
    assert ask(repo, "show", "--no-patch", "--format=%an <%ae> %aI %cn <%ce> %cI%n%B", "HEAD~1") == (
        "policytrail <policytrail@policytrail.invalid> 2014-05-30T13:02:40+00:00"
        " policytrail <policytrail@policytrail.invalid> 2014-05-30T13:02:40+00:00\n"
        "shop.example: version 2, seen on 2014-05-30\n\n"
        "It changed between 1996-05-30T13:02:40Z, when the text before was last seen, and"
        " 2014-05-30T13:02:40Z.\n\n"
        "Retailer: shop.example\nVersion: 2\nLast-old: 1996-05-30T13:02:40Z\nFirst-new:"
        " 2014-05-30T13:02:40Z\nAnnounced: undated\n"
        "Snapshot: https://replay.example/20140530130240id_/http://shop.example/privacy\n"
        "Archive: web.archive.org\n"
        f"Timestamp: 20140530130240\nOriginal: http://shop.example/privacy\n"
        f"Digest: {digest}\nBody-SHA256: {body}\nText-SHA256: {text}\n\n"
    )
    trailers = (
        "%(trailers:key=Version,valueonly,separator=%x2C) %(trailers:key=Last-old,valueonly,separator=%x2C)"
    )
    assert ask(repo, "log", "--reverse", f"--format={trailers}").splitlines() == [
        "1 ",
        "2 1996-05-30T13:02:40Z",
        "1 2015-05-30T13:02:40Z",
    ]


def test_the_log_of_a_file_is_its_history_and_a_wording_that_returns_is_in_it(
    told: Shop, export: Export, repo: Path
) -> None:
    export()
    assert log(repo, "--", "shop.example.md") == [
        "shop.example: version 1, again, seen on 2016-05-30",
        "shop.example: version 2, seen on 2014-05-30",
        "shop.example: version 1, seen on 1996-05-30",
    ]
    changed = [
        line
        for line in ask(repo, "log", "-p", "--format=", "shop.example.md").splitlines()
        if line[:1] in "+-"
    ]
    assert [line for line in changed if not line.startswith(("+++", "---"))] == [
        "-We collect your phone when you order with us.",
        "+We collect your name when you order with us.",
        "-We collect your name when you order with us.",
        "+We collect your phone when you order with us.",
        "+# Privacy",
        "+",
        "+We collect your name when you order with us.",
    ]
    assert (repo / "shop.example.md").read_text() == ONE
    assert ask(repo, "rev-parse", "HEAD:shop.example.md") == ask(repo, "rev-parse", "HEAD~2:shop.example.md")


def test_the_same_archive_gives_the_same_ids(told: Shop, export: Export, tmp_path: Path) -> None:
    export("one")
    export("two.git")
    assert head(tmp_path / "one") == head(tmp_path / "two.git") == "07e3c06ae61b40bc40b1a14576b9a170803ea684"
    assert ask(tmp_path / "two.git", "rev-parse", "--is-bare-repository") == "true\n"
    assert sorted(path.name for path in tmp_path.iterdir() if "two" in path.name) == ["two.git"]


def test_all_retailers_make_one_line_by_date(told: Shop, neighbour: Shop, export: Export, repo: Path) -> None:
    neighbour.observe("20150101000000", TWO)
    neighbour.observe("20140530130240", ONE)
    neighbour.derive()
    export()
    assert [line.partition(",")[0] for line in log(repo, "--reverse")] == [
        "shop.example: version 1",
        "neighbour.example: version 1",
        "shop.example: version 2",
        "neighbour.example: version 2",
        "shop.example: version 1",
    ]
    assert ask(repo, "rev-list", "--min-parents=2", "main") == ""
    assert files_of(repo) == ["neighbour.example.md", "shop.example.md"]


def test_what_is_new_comes_behind_what_is_there(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    export()
    before = head(repo)
    assert (export(), head(repo)) == (ExportResult(0, 3), before)
    told.observe("20170530130240", THREE)
    told.derive()
    neighbour.observe("20000101000000", ONE)  # an older one, found later
    neighbour.derive()
    assert export() == ExportResult(2, 3)
    assert log(repo)[:2] == [
        "shop.example: version 3, seen on 2017-05-30",
        "neighbour.example: version 1, seen on 2000-01-01",
    ]
    assert ask(repo, "merge-base", before, "main").strip() == before
    assert ((repo / "neighbour.example.md").read_text(), is_whole(repo)) == (ONE, True)


def test_what_came_in_time_gives_the_ids_of_a_new_repository(
    shelf: Shop, export: Export, tmp_path: Path
) -> None:
    for year, text in ((2014, ONE), (2015, TWO), (2016, THREE), (2017, ONE)):
        shelf.observe(f"{year}0530130240", text)
        shelf.derive()
        assert export("grown").written == 1
    export("new")
    assert head(tmp_path / "grown") == head(tmp_path / "new")


@pytest.mark.parametrize("same_end", [True, False])
def test_another_past_is_told_anew_and_nothing_is_lost(
    told: Shop, neighbour: Shop, export: Export, repo: Path, same_end: bool
) -> None:
    neighbour.observe("20150101000000", TWO)
    neighbour.derive()
    export()
    before = head(repo)
    told.observe("20150830130240" if same_end else "20180101000000", THREE)
    told.observe("20140101000000", ONE)  # narrows the bracket of version 2
    told.derive()
    exported = export()
    assert exported == ExportResult(4, 1, "history written again, because its past has changed: shop.example")
    expected = [
        ["shop.example: version 1, seen on 1996-05-30", "shop.example: version 2, seen on 2014-05-30"],
        ["shop.example: version 3, seen on 2015-08-30", "shop.example: version 1, again, seen on 2016-05-30"]
        if same_end
        else [
            "shop.example: version 1, again, seen on 2016-05-30",
            "shop.example: version 3, seen on 2018-01-01",
        ],
    ]
    assert log(repo, "--reverse", "--", "shop.example.md") == expected[0] + expected[1]
    assert log(repo, "--", "neighbour.example.md") == ["neighbour.example: version 1, seen on 2015-01-01"]
    assert ask(repo, "log", "-1", "--format=%B") == (
        "1 history told anew\n\n"
        "Their captures tell another past than the one that was written before; what was"
        " written then is the last parent's.\n\n"
        "Told-anew: shop.example\n\n"
    )
    assert ask(repo, "merge-base", before, "main").strip() == before
    assert ((repo / "shop.example.md").read_text(), is_whole(repo)) == (ONE if same_end else THREE, True)
    after = head(repo)
    assert (export(), head(repo)) == (ExportResult(0, 5), after)


def test_a_history_can_be_told_anew_again_and_grow_afterwards(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    neighbour.observe("20150101000000", TWO)
    for year in (2013, 2012):
        told.observe(f"{year}0101000000", TWO)  # version 2 was there earlier than known
        for shop in (told, neighbour):
            shop.derive()
        export()
    told.observe("20190101000000", THREE)
    neighbour.observe("20190201000000", THREE)
    for shop in (told, neighbour):
        shop.derive()
    assert export() == ExportResult(2, 4)
    assert log(repo, "--reverse", "--", "shop.example.md") == [
        "shop.example: version 1, seen on 1996-05-30",
        "shop.example: version 2, seen on 2012-01-01",
        "shop.example: version 1, again, seen on 2016-05-30",
        "shop.example: version 3, seen on 2019-01-01",
    ]
    assert export() == ExportResult(0, 6)
    assert is_whole(repo)


def test_a_policy_that_no_capture_shows_any_more_is_withdrawn(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    neighbour.observe("20150101000000", TWO)
    neighbour.derive()
    export()
    with transaction(told.db):
        told.db.execute("update captures set verdict = 'soft-404' where page_id = ?", [told.page.id])
    told.derive()
    assert export().written == 0
    assert files_of(repo) == ["neighbour.example.md"]
    assert (log(repo)[0], export(), is_whole(repo)) == ("1 history told anew", ExportResult(0, 1), True)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.integers(2000, 2012), st.sampled_from("ab"), st.sampled_from([ONE, TWO, THREE])),
        max_size=8,
        unique_by=lambda seen: seen[:2],
    )
)
def test_however_captures_come_every_file_tells_the_history_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, seen: list
) -> None:
    folder, db = tmp_path_factory.mktemp("any"), open_archive(":memory:", create=True)
    shops = {name: Shop(db, f"{name}.example") for name in "ab"}
    for year, name, text in seen:
        shops[name].observe(f"{year}0101000000", text)
        shops[name].derive()
        git.export(db, folder / "grown.git", EVERYTHING, CITING, lambda _: None)
    git.export(db, folder / "new.git", EVERYTHING, CITING, lambda _: None)
    for name in {name for _, name, _ in seen}:
        history = [
            ask(folder / repo, "log", "-p", "--format=%aI %B", "main", "--", f"{name}.example.md")
            for repo in ("grown.git", "new.git")
        ]
        assert history[0] == history[1] != ""
    if not seen:
        assert subprocess.run(
            ["git", "-C", folder / "new.git", "rev-parse", "-q", "--verify", "main"], check=False
        ).returncode


# What is chosen.


def test_only_what_is_chosen_is_written_and_more_can_follow(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    neighbour.observe("20150101000000", TWO)
    neighbour.derive()
    assert git.count(told.db, ExportFilter(("shop.example",), first="2014-01-01T00:00:00Z")) == 2
    assert export(selection=ExportFilter(("shop.example",), first="2016-01-01T00:00:00Z")) == ExportResult(
        1, 0
    )
    assert log(repo) == ["shop.example: version 1, again, seen on 2016-05-30"]
    assert export(selection=ExportFilter(("neighbour.example",))) == ExportResult(1, 0)
    assert export() == ExportResult(3, 1, "history written again, because its past has changed: shop.example")
    assert len(log(repo, "--", "shop.example.md")) == 3
    assert export(selection=ExportFilter(latest=True)) == ExportResult(0, 4)


def test_the_latest_versions_grow_from_there(told: Shop, export: Export, repo: Path) -> None:
    latest = ExportFilter(latest=True)
    assert export(selection=latest) == ExportResult(1, 0)
    told.observe("20170530130240", THREE)
    told.derive()
    assert export(selection=latest) == ExportResult(1, 1)
    assert log(repo) == [
        "shop.example: version 3, seen on 2017-05-30",
        "shop.example: version 1, again, seen on 2016-05-30",
    ]


def test_an_archive_without_versions_gives_an_empty_repository(
    shelf: Shop, export: Export, repo: Path
) -> None:
    assert export() == export() == ExportResult(0, 0)
    shelf.observe("20140101000000", ONE)
    shelf.derive()
    assert (export(), is_whole(repo)) == (ExportResult(1, 0), True)


# Hostile content.


def test_hostile_texts_and_names_are_only_content(
    db: Database, export: Export, repo: Path, tmp_path: Path
) -> None:
    attack = "# x\n\ndone\ncommit refs/heads/main\ndata 4\nD shop.example.md\n\0\r\n\u202e\x1b[31m"
    names = [
        "../evil",
        ".git",
        "a\nM 100644 inline x",
        "-rf",
        "CON",
        "A.example",
        "a.example",
        "ü.example",
        '"q".example',
        "x" * 300,
    ]
    for name in names:
        shop = Shop(db, name)
        shop.observe("20140101000000", attack, page=shop.add_page("http://shop.example/\n\nVersion: 9"))
        shop.derive()
    assert export().written == len(names)
    assert is_whole(repo)
    files = files_of(repo)
    assert len({name.lower() for name in files}) == len(names)
    assert all(
        name.endswith(".md")
        and not name.startswith((".", "-"))
        and (repo / name).read_bytes() == attack.encode()
        for name in files
    )
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("archive")) == ["repo"]
    assert set(
        ask(repo, "log", "--format=%(trailers:key=Version,valueonly,separator=%x2C)").splitlines()
    ) == {"1"}
    assert export().written == 0


# What belongs to others.


def test_the_users_own_settings_have_no_say(
    told: Shop, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, hooks, trap = tmp_path / "home", tmp_path / "hooks", tmp_path / "trapped"
    for hook in ("reference-transaction", "post-checkout", "pre-commit", "post-index-change"):
        hooks.mkdir(exist_ok=True)
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {trap}\nexit 1\n")
        (hooks / hook).chmod(0o755)
    (home / ".config/git").mkdir(parents=True)
    (home / ".config/git/attributes").write_text("*.md text eol=crlf ident\n")
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {hooks}\n\tautocrlf = true\n[commit]\n\tgpgsign ="
        f" true\n[init]\n\ttemplateDir = {hooks}\n"
        "\tdefaultBranch = other\n\tdefaultObjectFormat = sha256\n[user]\n\tname = Somebody\n"
        "[i18n]\n\tcommitEncoding = latin1\n"
    )
    export("plain")
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "TZ": "Asia/Tokyo",
        "GIT_AUTHOR_DATE": "2001-01-01",
        "GIT_TEMPLATE_DIR": str(hooks),
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_WORK_TREE": "/",
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "LANG": "de_DE.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    assert export("own") == ExportResult(3, 0)
    monkeypatch.undo()
    assert head(tmp_path / "own") == head(tmp_path / "plain")
    assert (tmp_path / "own/shop.example.md").read_bytes() == ONE.encode()
    assert not trap.exists() and not (tmp_path / "elsewhere").exists() and not (tmp_path / "index").exists()
    assert not (tmp_path / "own/.git/hooks").exists()


def test_commits_of_the_users_own_stay_below_ours(told: Shop, export: Export, repo: Path) -> None:
    export()
    (repo / "notes.txt").write_text("mine\n")
    (repo / "shop.example.md").write_text("mine too\n")
    ask(repo, "add", "-A")
    ask(repo, "-c", "user.name=me", "-c", "user.email=me@me.example", "commit", "-qm", "Mine")
    told.observe("20170530130240", THREE)
    told.derive()
    assert export() == ExportResult(1, 3)
    assert log(repo)[:2] == ["shop.example: version 3, seen on 2017-05-30", "Mine"]
    assert ((repo / "notes.txt").read_text(), (repo / "shop.example.md").read_text()) == ("mine\n", THREE)
    assert is_whole(repo)


def test_changes_that_are_not_committed_are_left_and_named(told: Shop, export: Export, repo: Path) -> None:
    export()
    before = head(repo)
    (repo / "shop.example.md").write_text("mine\n")
    told.observe("20170530130240", THREE)
    told.derive()
    for _ in range(2):
        with pytest.raises(
            ExportWriteError,
            match=r"repo: git read-tree failed: .*shop.example.md.*; put your changes away \(git stash\)",
        ):
            export()
    assert ((repo / "shop.example.md").read_text(), head(repo)) == ("mine\n", before)
    ask(repo, "checkout", "-q", "shop.example.md")
    assert (export(), (repo / "shop.example.md").read_text(), is_whole(repo)) == (
        ExportResult(1, 3),
        THREE,
        True,
    )


def test_a_file_in_the_way_of_a_new_one_is_left_and_named(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    export()
    (repo / "neighbour.example.md").write_text("mine\n")
    neighbour.observe("20170530130240", ONE)
    neighbour.derive()
    with pytest.raises(ExportWriteError, match=r"neighbour.example.md"):
        export()
    assert (repo / "neighbour.example.md").read_text() == "mine\n"


def test_while_another_branch_is_checked_out_its_files_stay(told: Shop, export: Export, repo: Path) -> None:
    export()
    ask(repo, "checkout", "-q", "-b", "mine")
    told.observe("20170530130240", THREE)
    told.derive()
    assert export() == ExportResult(1, 3)
    assert ((repo / "shop.example.md").read_text(), log(repo, "main")[0]) == (
        ONE,
        "shop.example: version 3, seen on 2017-05-30",
    )
    assert is_whole(repo)


@pytest.mark.parametrize(
    "what", ["file", "folder", "repository", "bare repository", "link to nothing", "git file"]
)
def test_what_is_not_ours_is_refused_and_left(told: Shop, export: Export, tmp_path: Path, what: str) -> None:
    out = tmp_path / "repo"
    if what == "file":
        out.write_text("mine")
    elif what == "link to nothing":
        out.symlink_to(tmp_path / "nowhere" / "deep")
    elif what == "git file":
        out.mkdir()
        (out / ".git").write_text(f"gitdir: {tmp_path}/other\n")
    else:
        out.mkdir()
        if what == "folder":
            (out / "mine.txt").write_text("mine")
        else:
            subprocess.run(
                ["git", "init", "-q", *(["--bare"] if what.startswith("bare") else []), out], check=True
            )
    before = sorted(out.rglob("*"))
    with pytest.raises(ExportTargetError):
        export()
    assert sorted(out.rglob("*")) == before


def test_an_empty_folder_is_taken(told: Shop, export: Export, repo: Path, tmp_path: Path) -> None:
    repo.mkdir()
    (tmp_path / "bare.git").mkdir()
    assert export() == export("bare.git") == ExportResult(3, 0)
    assert is_whole(repo)


def test_a_folder_that_is_not_there_and_git_that_is_not_there(
    told: Shop, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportTargetError, match=r"there is no folder .*nowhere"):
        export("nowhere/repo")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        MissingGitError, match="git is not installed, or not on the PATH: this format is written with it"
    ):
        export()


def test_one_export_at_a_time(told: Shop, export: Export, repo: Path) -> None:
    export()
    with (
        FileLock(repo / ".git/policytrail.lock"),
        pytest.raises(ArchiveLockedError, match="another export is writing to"),
    ):
        export()


# What was interrupted.


def test_files_that_a_kill_left_half_written_are_written_anew(
    told: Shop, neighbour: Shop, export: Export, repo: Path
) -> None:
    """Make the state of a killed checkout: a marker, a lock of git, a half-written file, a missing one."""
    export()
    told.observe("20170530130240", THREE)
    neighbour.observe("20170530130240", ONE)
    for shop in (told, neighbour):
        shop.derive()
    shutil.copy(repo / ".git/index", repo / ".git/policytrail.index")
    (repo / ".git/policytrail.index.lock").write_bytes(b"DIRC half")
    (repo / "shop.example.md").write_text(THREE[:9])
    (repo / "neighbour.example.md").write_text("")
    assert export() == ExportResult(2, 3)
    assert [(repo / f"{name}.example.md").read_text() for name in ("shop", "neighbour")] == [THREE, ONE]
    assert is_whole(repo)
    assert not list((repo / ".git").glob("policytrail.index*"))


def test_a_repository_that_was_not_yet_whole_is_made_anew(
    told: Shop, export: Export, repo: Path, tmp_path: Path
) -> None:
    (repo / ".git.part").mkdir(parents=True)
    (tmp_path / ".bare.git.part").mkdir()
    for part in (repo / ".git.part", tmp_path / ".bare.git.part"):
        (part / "HEAD").write_text("ref: refs/he")
    assert export() == export("bare.git") == ExportResult(3, 0)
    assert is_whole(repo)
    assert not (repo / ".git.part").exists() and not (tmp_path / ".bare.git.part").exists()


def test_no_temporary_file_is_written_through_a_link(
    told: Shop, export: Export, repo: Path, tmp_path: Path
) -> None:
    folder, victim = tmp_path / "folder", tmp_path / "victim"
    folder.mkdir()
    victim.write_bytes(b"keep")
    repo.mkdir()
    (repo / ".git.part").symlink_to(folder)
    assert export() == ExportResult(3, 0)
    (repo / ".git/policytrail.index.part").symlink_to(victim)
    (repo / ".git/policytrail.index").symlink_to(victim)
    told.observe("20170530130240", THREE)
    told.derive()
    export()
    assert is_whole(repo)
    assert (list(folder.iterdir()), victim.read_bytes()) == ([], b"keep")


def test_an_export_that_fails_leaves_the_branch_where_it_was(
    told: Shop, export: Export, repo: Path, tmp_path: Path
) -> None:
    class StoppedError(Exception): ...

    def stop(_: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        git.export(told.db, repo, EVERYTHING, CITING, stop)
    assert ask(repo, "for-each-ref") == ""
    assert not list((repo / ".git").glob("fast_import_crash*"))
    assert export() == ExportResult(3, 0)


def test_a_history_that_does_not_follow_from_its_captures_is_refused(told: Shop, export: Export) -> None:
    with transaction(told.db):
        told.db.execute("update captures set verdict = null")
    with pytest.raises(StoreError, match=r"the history of shop.example does not follow from its captures"):
        export()


def test_a_repository_that_is_damaged_is_named(told: Shop, export: Export, repo: Path) -> None:
    export()
    for pack in [*repo.glob(".git/objects/pack/*"), *repo.glob(".git/objects/??/*")]:
        pack.unlink()
    with pytest.raises(ExportWriteError, match=r"repo: git .* failed: "):
        export()
