"""Find the files to import: those that were named, and those in named folders."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# Also WET and WAT files: an import of them explains that they have no captures.
WARC = re.compile(r".*\.(?:w?arc(?:\.w[ae]t)?(?:\.gz)?|wacz)", re.I)
_MARKDOWN = re.compile(r".*\.md", re.I)


def warc_files(paths: Iterable[Path], problems: list[str], links: list[str] | None = None) -> list[Path]:
    """Return the WARC, ARC and WACZ files of paths: of a folder by name, with those in its folders.

    A named file is one of them unless it ends with `.md`. Each link, and each folder that cannot be read,
    adds a line to `problems`. With `links`, the lines about links are added to that.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += _plain_files(path, WARC.fullmatch, problems if links is None else links, problems)
        elif not _MARKDOWN.fullmatch(path.name):
            files.append(path)
    return files


def markdown_files(paths: Iterable[Path], problems: list[str]) -> Iterator[Path]:
    """Find the Markdown files of paths: of a folder by name, with those in its folders.

    Each link, and each folder with neither a Markdown file nor one of `warc_files`, adds a line to
    `problems`.
    """
    for path in paths:
        if not path.is_dir():
            if _MARKDOWN.fullmatch(path.name):
                yield path
            continue
        before = len(problems)
        is_empty = True
        for file in _plain_files(path, _MARKDOWN.fullmatch, problems, []):
            is_empty = False
            yield file
        if is_empty and len(problems) == before and not any(_named(path, WARC.fullmatch, [])):
            problems.append(f"{printable(path)} has no WARC and no Markdown file")


def printable(name: object) -> str:
    """Make foreign text safe to print: one line, at most 200 characters."""
    text = str(name)
    return "".join(c if c.isprintable() else "�" for c in text[:200]) + ("…" if len(text) > 200 else "")


def _plain_files(
    folder: Path, is_wanted: Callable[[str], object], links: list[str], unreadable: list[str]
) -> Iterator[Path]:
    for file in _named(folder, is_wanted, unreadable):
        if file.is_symlink() or not file.is_file():
            links.append(f"{printable(file)} is a link or no plain file, and was skipped")
        else:
            yield file


def _named(folder: Path, is_wanted: Callable[[str], object], unreadable: list[str]) -> Iterator[Path]:
    """Find the files with a wanted name, by name. `.git` is skipped."""
    for inside, folders, names in os.walk(
        folder, onerror=lambda error: unreadable.append(f"{printable(error.filename)} cannot be read")
    ):
        folders[:] = sorted(name for name in folders if name != ".git")
        yield from (Path(inside, name) for name in sorted(names) if is_wanted(name))
