"""pandas, `datasets` and DuckDB, the programs that load exports, in their own environment.

`make .cache/loaders/done` installs them. sqlite-utils imports pandas into every process where it is
installed, which would make each command of the tests slower.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

PYTHON = ROOT / ".cache" / "loaders" / "bin" / "python"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
needed = pytest.mark.skipif(
    not PYTHON.exists(), reason="no pandas in .cache/loaders: 'make .cache/loaders/done' installs it"
)

_ALONE = """
import json, socket, sys
from tests.support.paths import ROOT
def refuse(*_, **__):
    raise AssertionError("the code used the network")
socket.socket.connect = socket.getaddrinfo = refuse
folder = sys.argv[1]
def report(value):
    print(json.dumps(value))
"""

# Code that attaches an archive in DuckDB. Nothing is installed: the extension is the package's file. DuckDB
# derives the name of the entry point from the name of the file, which has another one in the package.
ATTACH = """
import duckdb
from importlib.resources import files
from pathlib import Path
def attach(archive):
    (extension,) = files("duckdb_extension_sqlite").rglob("*.duckdb_extension")
    link = Path(folder) / "sqlite_scanner.duckdb_extension"
    if not link.is_symlink():
        link.symlink_to(extension)
    off = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    duck = duckdb.connect(config=off)
    duck.execute(f"load '{link}'")
    duck.execute(f"attach '{archive}' as archive (type sqlite, read_only)")
    return duck
"""


def run_code(code: str, folder: Path) -> list[Any]:
    """Run Python code without a network; return the values that it passes to `report(value)`.

    `folder` is available to the code under that name.
    """
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(folder / "home")}
    command = [str(PYTHON), "-c", _ALONE + code, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
