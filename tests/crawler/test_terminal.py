"""Text of strangers cannot act on a terminal, in a log or in JSON."""

import json
import logging
from pathlib import Path

import click
import pytest

from crawler import terminal
from db.database import open_archive, transaction
from tests.support.commands import Run
from tests.support.shop import Shop

# Colours, a new title, a return to the start of the line, C1 controls, overrides and isolates of direction,
# characters without width, a tag, half a character, a private one.
HOSTILE = [
    *("\x1b[31m", "\x1b]0;title\x07", "\r", "\x08", "\x00", "\x7f", "\x9b2J", "\u202e", "\u2066", "\u200f"),
    *("\u200b", "\ufeff", "\u2028", "\U000e0041", "\ue000", "\x1b[1m", "\x1b[0m"),
]
UNPRINTABLE = {sign for text in HOSTILE for sign in text if not sign.isprintable()}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – Größe 日本語 نص 👍", "plain – Größe 日本語 نص 👍"),
        ("a\tb\nc\xa0d\u3000e", "a\tb\nc\xa0d\u3000e"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("evil\u202egnp.exe", r"evil\u202egnp.exe"),
        ("\x9b2J\r\x00", r"\x9b2J\r\x00"),
        ("\U000e0041\ud800", r"\U000e0041\ud800"),
    ],
)
def test_unprintable_characters_are_escaped(text: str, shown: str) -> None:
    assert terminal.escaped(text) == shown
    assert terminal.escaped_line(text) == shown.replace("\n", r"\n")


def test_only_styles_of_ours_reach_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    for name in ("\x1b[31mshop", terminal.Styled("\x1b[31m") + "shop"):
        terminal.print_line(terminal.styled(name, bold=True), " ", name)
    line = click.style(r"\x1b[31mshop", bold=True) + r" \x1b[31mshop" + "\n"
    assert capsys.readouterr().out == 2 * line


@pytest.mark.parametrize(
    ("choice", "environment", "colours"),
    [
        ("auto", {}, None),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": ""}, None),
        ("auto", {"NO_COLOR": "0"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_who_decides_about_colours(choice: str, environment: dict[str, str], colours: bool | None) -> None:
    assert terminal.uses_color(choice, environment) is colours


def test_a_line_is_one_line_and_a_text_has_several(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_line("a\nb", err=True)
    terminal.print_text("a\nb\x1b", nl=False)
    terminal.print_line()
    assert tuple(capsys.readouterr()) == ("a\nb\\x1b\n", "a\\nb\n")


def test_lines_are_fitted_if_a_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def shown() -> list[str]:
        terminal.print_line("  see http://shop.example/privacy", " for more")
        terminal.print_line("this is standard error", err=True)
        terminal.print_text("# Privacy\n\nsee http://shop.example/privacy", nl=False)
        terminal.print_text("\nas it is, as it was", as_is=True)
        return capsys.readouterr().out.splitlines()

    whole = ["  see http://shop.example/privacy for more", "# Privacy", "", "see http://shop.example/privacy"]
    assert shown() == [*whole, "as it is, as it was"]
    with click.Context(click.Command("any")):
        terminal.fit_to(None)
        assert shown() == [*whole, "as it is, as it was"]
        terminal.fit_to(16)
        fitted = ["  see", "      http://sh…", "      for more", "# Privacy", "", "see", whole[3][4:]]
        assert shown() == [*fitted, "as it is, as it was"]


@pytest.mark.parametrize("text", [*HOSTILE, "日本語", "a\nb", 'a"\\b'])
def test_json_loses_nothing(text: str) -> None:
    written = terminal.as_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not UNPRINTABLE & set(written)


def test_a_log_shows_no_unprintable_character_and_no_forged_record(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logging.root.addHandler(handler)
    try:
        terminal.escape_logs()
        terminal.escape_logs()
        try:
            raise ValueError("\x1b[2J")
        except ValueError:
            logging.getLogger("a.b").exception("%s", "\u202eurl\nERROR forged")
    finally:
        logging.root.removeHandler(handler)
    first, second, *traceback = capsys.readouterr().err.splitlines()
    assert (first, second) == (r"ERROR \u202eurl", "  ERROR forged")
    assert traceback[-1] == r"  ValueError: \x1b[2J"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """An archive file with such characters wherever text of strangers is stored."""
    path, evil = tmp_path / "hostile.db", "".join(HOSTILE)
    db = open_archive(path, create=True)
    shop = Shop(db)
    for year, word in ((2014, "name"), (2016, "address")):
        shop.observe(f"{year}0101000000", f"# Privacy {evil}\n\nWe sell your {word} {evil} to {evil} all.\n")
    shop.list("20170101000000", digest="D")
    shop.derive()
    with transaction(db):
        db.execute("update retailers set name = ?", [evil])
        db.execute("update texts set title = ?", [evil])
        db.execute("update captures set reason = ?, original = original || ?", [evil, evil])
        db.execute("update captures set state = 'failed' where body_id is null")
        db.execute("update pages set url = url || ?, listing = 'failed', listing_reason = ?", [evil, evil])
        db.execute(
            "insert into crawls (command, started_at, outcome) values (?, '2020-01-01', ?)", [evil, evil]
        )
    db.close()
    return path


@pytest.mark.parametrize(
    "command",
    ["status", "log", "log --evidence", "log --why", "show", "diff", "diff --full", "diff --html", "verify"],
)
@pytest.mark.parametrize("form", ["", "--json"])
def test_no_command_prints_an_unprintable_character(
    policytrail: Run, hostile: Path, command: str, form: str
) -> None:
    name, *options = command.split()
    of_one = () if name == "verify" else ("shop.example",)
    said = policytrail(name, hostile, *of_one, *options, *filter(None, [form]))
    assert said.out
    assert not UNPRINTABLE & set(said.out + said.err)
    assert form or "--why" in command or r"\x1b" in said.out


def test_neither_does_a_search_nor_an_extraction(policytrail: Run, hostile: Path) -> None:
    found = policytrail("search", hostile, "sell")
    Path("page.html").write_text(
        f"<title>{HOSTILE[0]}</title><p>We sell your name {''.join(HOSTILE)} to all."
    )
    extracted = policytrail("extract", "page.html", "--url", "http://shop.example/")
    for said in (found, extracted):
        assert said.out
        assert not UNPRINTABLE & set(said.out + said.err)


def test_an_error_is_one_line_without_an_unprintable_character(policytrail: Run) -> None:
    said = policytrail("status", "a\x1b[2J\n\u202eb.db")
    assert said.err.startswith(r"Error: there is no archive at a\x1b[2J\n\u202eb.db; make one ")
