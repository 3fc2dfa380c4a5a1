"""Git as a process that ends before we do."""

import subprocess
from pathlib import Path

import pytest

from db.errors import ExportWriteError
from db.export.git.process import Git


class StoppedError(Exception): ...


@pytest.fixture
def git(tmp_path: Path) -> Git:
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path], check=True)
    return Git(tmp_path)


@pytest.fixture
def killed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kill return only when the process has ended, so that nothing reads its input any more."""
    kill = subprocess.Popen.kill

    def and_wait(process: "subprocess.Popen[bytes]") -> None:
        kill(process)
        process.wait()

    monkeypatch.setattr(subprocess.Popen, "kill", and_wait)


@pytest.mark.usefixtures("killed_at_once")
def test_an_import_that_is_stopped_with_unwritten_input_raises_its_own_error(git: Git) -> None:
    with pytest.raises(StoppedError), git.importing() as stream:
        stream.write(b"reset refs/heads/main\n")
        raise StoppedError
    assert git.try_run("rev-parse", "--verify", "refs/heads/main") is None
    assert not list(git.folder.glob("fast_import_crash*"))


@pytest.mark.usefixtures("killed_at_once")
def test_an_import_that_git_refuses_on_the_way_says_why(git: Git) -> None:
    with (
        pytest.raises(ExportWriteError, match=r"git fast-import failed: .*Unsupported command: nonsense"),
        git.importing() as stream,
    ):
        while True:
            stream.write(b"nonsense\n" * 1000)
