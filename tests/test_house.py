"""The structure of the packages: small folders, no class name twice, every module in docs/code.md."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.paths import DOCS, ROOT

PACKAGES = [name for name in ("policytrail", "crawler", "extract", "db") if (ROOT / name).is_dir()]
MOST_MODULES = 15  # in one folder, without __init__


def modules(package: str) -> list[Path]:
    return [path for path in sorted((ROOT / package).rglob("*.py")) if path.name != "__init__.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_has_more_modules_than_a_reader_can_survey(package: str):
    sizes = Counter(str(path.parent.relative_to(ROOT)) for path in modules(package))
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_class_name_is_used_twice_in_a_package(package: str):
    names = Counter(
        node.name
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name: number for name, number in names.items() if number > 1} == {}


def test_every_module_has_a_line_in_the_guide_to_the_code():
    page = (DOCS / "code.md").read_text(encoding="utf-8")
    described = re.findall(r"^- `((?:policytrail|crawler|extract|db)/[\w/]+\.py)`: \S", page, re.MULTILINE)
    existing = [path.relative_to(ROOT).as_posix() for package in PACKAGES for path in modules(package)]
    assert sorted(name for name in described if not name.endswith("__init__.py")) == sorted(existing)
