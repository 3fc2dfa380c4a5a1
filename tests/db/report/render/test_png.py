"""Pictures as PNG: the size, the letters, the same bytes; and what is said without the packages."""

import sys

import pytest

from db.errors import MissingExtraError
from db.report.render.png import renderer
from db.report.render.svg import svg
from db.report.table import Cell, Panel, ReportTable

PICTURE = svg(
    ReportTable(
        "A0",
        "A title",
        "policies",
        "",
        "",
        (Panel("Words", "words", ("a",)),),
        (Cell("", "2018", "a", 9, 5.0),),
    )
)


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def test_a_picture_is_twice_as_large_and_always_the_same() -> None:
    pytest.importorskip("resvg_py")
    draw = renderer()
    drawn = draw(PICTURE)
    assert drawn.startswith(b"\x89PNG")
    assert size(drawn)[0] == 2 * 960
    assert draw(PICTURE) == drawn


def test_a_picture_has_its_words() -> None:
    pytest.importorskip("resvg_py")
    draw = renderer()
    assert draw(PICTURE) != draw(PICTURE.replace("2018", "2019"))
    assert draw(PICTURE) != draw(PICTURE.replace(">Words<", "><"))


def test_without_the_packages_the_command_to_install_them_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtraError, match=r"need resvg-py and reportlab: .* 'policytrail\[png\]'"):
        renderer()
