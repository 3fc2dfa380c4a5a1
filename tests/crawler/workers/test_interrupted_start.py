import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("error", "last_line"),
    [
        ("EOFError", ""),
        ("ConnectionResetError", ""),
        ("FileNotFoundError", ""),
        ("ValueError('no')", "ValueError: no"),
    ],
)
def test_an_interrupted_start_is_quiet(error: str, last_line: str):
    code = f"import crawler.workers.interrupted_start; raise {error}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.strip().rpartition("\n")[2]) == (1, last_line)
