"""Files whose pages would be hidden by addresses of the server are refused in one line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from datasette.cli import cli as datasette
from datasette.utils import tilde_encode

from db.errors import ServedNameError
from db.web.common.file_names import check
from tests.db.web.conftest import Ask


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("web.db", "web.db cannot be served: other addresses begin with /web/; rename the file"),
        ("cdx.db", "cdx.db cannot be served: other addresses begin with /cdx/; rename the file"),
        ("-.db", "-.db cannot be served: other addresses begin with /-/; rename the file"),
    ],
)
def test_a_hidden_archive_is_refused(shop: Path, serve: Callable[..., Ask], name: str, line: str) -> None:
    renamed = Path(shutil.copy(shop, shop.with_name(name)))
    with pytest.raises(click.ClickException, match="cannot be served") as refused:
        serve(renamed)("/")
    assert refused.value.message == line
    result = CliRunner().invoke(datasette, ["serve", str(renamed), "--get", "/"])
    assert (result.exit_code, result.output.strip()) == (1, f"Error: {line}")


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "50%.db"])
def test_so_is_a_path_that_datasette_would_open_wrongly(name: str) -> None:
    with pytest.raises(ServedNameError) as refused:
        check(Path(name))
    line = f"{name} cannot be served, as its path has ? # or %; rename the file or folder"
    assert str(refused.value) == line
    with pytest.raises(ServedNameError):
        check(Path(name) / "archive.db")


@pytest.mark.parametrize(
    "name",
    ["static", "-x", "index", "_internal", "_memory", "robots.txt", "..", "a b", "é", "~", "web.json", "1"],
)
def test_every_page_of_another_archive_is_found(shop: Path, serve: Callable[..., Ask], name: str) -> None:
    renamed = Path(shutil.copy(shop, shop.with_name(f"{name}.db")))
    ask = serve(renamed)
    found = ask("/-/databases.json").json()
    (base,) = (f"/{tilde_encode(row['route'])}" for row in found if row["path"] == str(renamed))
    for path in (base, f"{base}/captures/1", f"{base}/-/policies", f"{base}/-/search"):
        assert ask(path, follow_redirects=True).status_code == 200, path
