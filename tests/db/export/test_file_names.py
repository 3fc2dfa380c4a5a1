"""Names of files: safe on every system, one for each text, the same everywhere."""

import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.export import file_names

DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
HOSTILE = [
    "",
    "..",
    ".",
    "/",
    "/etc/passwd",
    "../../etc/passwd",
    "..\\..\\windows",
    "C:\\x",
    "c:x",
    "\\\\host\\share",
    "a\0b",
    "a\nb",
    "con",
    "CON",
    "con.example",
    "aux.com",
    "nul",
    "lpt1.shop.example",
    "shop.example.",
    "shop.example ",
    "-rf",
    "~root",
    "$(x)",
    "*",
    "Shop.Example",
    "shop.example",
    "bücher.example",
    "BÜCHER.example",
    "ﬁ.example",
    "\ud800",
    "a" * 300,
    "a" * 299 + "b",
    "x.com",
    "x.com-20140530",
    "x.com-20140530-2",
    "hp.com",
    "a.b",
    "container.example",
    "http://x.com/a?b=1#c",
]
texts = (
    st.sampled_from(HOSTILE) | st.text() | st.from_regex(r"[a-zA-Z0-9.-]{1,20}(-[0-9]{8})?", fullmatch=True)
)
dates = st.none() | st.sampled_from(["2014-05-30T13:02:40Z", "2014-05-31T00:00:00Z"])


def assert_is_safe(part: str) -> None:
    assert re.fullmatch(r"[a-z0-9_](?:[a-z0-9._~-]*[a-z0-9_~-])?", part, re.ASCII)
    assert part.partition(".")[0] not in DEVICES
    assert len(part) < 200


@pytest.mark.parametrize(
    "domain", ["exofficio.com", "xn--bcher-kva.example", "a_b.example", "3m.com", "10.0.0.1"]
)
def test_a_domain_names_its_own_file(domain: str):
    assert file_names.name(domain) == domain


@pytest.mark.parametrize(
    ("domain", "path"),
    [
        (
            "exofficio.com",
            "e/ex/exo/exofficio.com.md",
        ),  # shared/README.md: the layout of the Princeton-Leuven corpus
        ("1-800contacts.com", "1/1-/1-8/1-800contacts.com.md"),
        ("hp.com", "h/hp/hp_/hp.com.md"),
        ("container.example", "c/co/con_/container.example.md"),
        ("x.co", "x/x_/x.c/x.co.md"),
        ("a", "a/a/a/a.md"),
    ],
)
def test_the_layout(domain: str, path: str):
    assert str(file_names.policy(domain)) == path


def test_dates_and_turns():
    assert (
        str(file_names.policy("exofficio.com", "2014-05-30T13:02:40Z"))
        == "e/ex/exo/exofficio.com-20140530.md"
    )
    assert (
        str(file_names.policy("exofficio.com", "2014-05-30T13:02:40Z", 2))
        == "e/ex/exo/exofficio.com-20140530-2.md"
    )


def test_names_are_the_same_in_every_release():
    """A name that changed would leave the old file behind and make a second one."""
    assert file_names.name("Shop.Example") == "shop.example~82212d94dc22fa32799f58c4a6a39d91"
    assert file_names.name("../x") == "_x~d6b96a97d147daaae49eb87a5ca7bfbc"
    assert file_names.name("con.example") == "_con.example~f184a16e54af9f9fc8b9e67d5c504a6b"
    assert file_names.name("") == "_~e3b0c44298fc1c149afbf4c8996fb924"


@given(texts)
@example("")
def test_every_name_is_safe(text: str):
    assert_is_safe(file_names.name(text))


@given(texts, dates, st.integers(1, 12))
def test_no_path_leaves_its_folder(domain: str, date: str | None, turn: int):
    path = file_names.policy(domain, date, turn)
    assert not path.is_absolute()
    assert len(path.parts) == 4
    for part in path.parts:
        assert_is_safe(part)
        assert not part.endswith(".")
    assert PureWindowsPath(str(path)).parts == path.parts
    assert len(path.name.encode()) + len("..part") <= 255


@given(st.lists(texts, min_size=2, max_size=2, unique=True))
def test_no_two_texts_have_one_name_however_case_is_told(pair: list[str]):
    assert file_names.name(pair[0]).casefold() != file_names.name(pair[1]).casefold()


@given(st.lists(st.tuples(texts, dates, st.integers(1, 3)), min_size=2, max_size=2, unique=True))
@example([("x.com", "2014-05-30T13:02:40Z", 1), ("x.com-20140530", None, 1)])
@example([("x.com", "2014-05-30T13:02:40Z", 2), ("x.com-20140530-2", None, 1)])
def test_no_two_policies_have_one_path(pair: list[tuple[str, str | None, int]]):
    one, other = (file_names.policy(domain, date, turn if date else 1) for domain, date, turn in pair)
    same = [(domain, date, turn if date else 1) for domain, date, turn in pair]
    assert (str(one).casefold() == str(other).casefold()) == (same[0] == same[1])


@given(texts, dates, st.integers(1, 12))
def test_a_path_says_whose_it_is(domain: str, date: str | None, turn: int):
    assert file_names.stem(str(file_names.policy(domain, date, turn if date else 1))) == file_names.name(
        domain
    )


@pytest.mark.parametrize(
    "path",
    ["", "README.md", "e/ex/exo/other.com.md", "e/ex/exo/exofficio.com", "x/e/ex/exo/exofficio.com.md"],
)
def test_other_paths_are_nobodys(path: str):
    assert file_names.stem(path) == ""


@given(texts)
def test_a_name_is_its_own(text: str):
    """A made name stays unchanged when it is made safe again, unless it could be another's."""
    made = file_names.name(text)
    assert made == text or "~" in made
    assert PurePosixPath(made).name == made
