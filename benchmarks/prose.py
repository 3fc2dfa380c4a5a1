"""Draw docstrings and messages for a reader to judge, and count the habits that make prose hard to read.

Run from the project's root:  python benchmarks/prose.py [--seed 7] [--docstrings 28] [--messages 12] [FOLDER]

A reader who does not know the code marks each drawn item as clear at first reading or not. That is the score.
The counts below the items cover all prose of the packages. They show where to look; they are no score.
"""

import argparse
import ast
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("policytrail", "crawler", "extract", "db")
LONGEST = 15  # words of the first sentence of a docstring (CONTRIBUTING.md, "Prose")
HARD = re.compile(
    r"\b(anew|beside|hears?|tells?|told|held|is to be|are to be|to be had|be had|bears? witness"
    r"|of which|gone on with|goes? without|whose|so that|gives?)\b",
    re.IGNORECASE,
)


def trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the syntax tree of each module."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def docstrings(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each docstring."""
    for path, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}", text


def messages(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each message: of raised errors, of lines printed, of options' help."""
    for path, tree in trees(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            of_help = [keyword.value for keyword in node.keywords if keyword.arg == "help"]
            printed = node.args[:1] if name.endswith(("Error", "click.echo", "BadQuery")) else []
            for part in [*printed, *of_help]:
                if isinstance(part, ast.Constant | ast.JoinedStr):
                    text = _text(part)
                    if len(text.split()) >= 3:
                        yield f"{path}:{node.lineno}", text


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    """Return a string as written, with its replacement fields in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = (
        str(value.value) if isinstance(value, ast.Constant) else f"{{{ast.unparse(value.value)}}}"
        for value in node.values
        if isinstance(value, ast.Constant | ast.FormattedValue)
    )
    return "".join(parts)


def first_sentence(text: str) -> str:
    """Return the first sentence of a docstring."""
    return re.split(r"(?<=[.:;])\s|\n\n", text, maxsplit=1)[0]


def main() -> None:
    """Print the drawn items and the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path())
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--docstrings", type=int, default=28)
    parser.add_argument("--messages", type=int, default=12)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    for title, found, number in (
        ("Docstrings", sorted(docstrings(options.folder)), options.docstrings),
        ("Messages", sorted(messages(options.folder)), options.messages),
    ):
        print(f"## {title}: {number} of {len(found)}\n")
        for place, text in draw.sample(found, min(number, len(found))):
            print(f"- {place}\n    " + text.replace("\n", "\n    "))
        hard = Counter(match.lower() for _, text in found for match in HARD.findall(text))
        print(f"\nhard words: {sum(hard.values())} ({', '.join(f'{w} {n}' for w, n in hard.most_common())})")
        if title == "Docstrings":
            long = sum(len(first_sentence(text).split()) > LONGEST for _, text in found)
            print(f"first sentences over {LONGEST} words: {long} of {len(found)}")
        print()


if __name__ == "__main__":
    main()
