import gzip
from pathlib import Path

import pytest

from crawler.bulk.options import BulkOptions
from crawler.bulk.sources import inputs
from tests.support.remote import web_server


def names(found: list[inputs.Input], folder: Path) -> list[str]:
    return [Path(one.source).relative_to(folder).as_posix() for one in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.warc.gz", "b/1.warc", "a.arc.gz", "c.wacz", "note.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"12")
    return tmp_path


def test_files_folders_and_lists_are_found_in_their_order_and_once(folder: Path):
    (folder / "list.txt").write_text("b/2.warc.gz\n\nc.wacz\n")
    (folder / "warc.paths.gz").write_bytes(gzip.compress(b"a.arc.gz\n"))
    problems: list[str] = []
    given = [folder / name for name in ("list.txt", "warc.paths.gz", "b", "a.arc.gz")]
    found = inputs.find(list(map(str, given)), problems, [])
    assert names(found, folder) == ["b/2.warc.gz", "c.wacz", "a.arc.gz", "b/1.warc"]
    assert problems == []
    assert [(one.archive, one.size) for one in found[:2]] == [("2.warc.gz", 2), ("c.wacz", 2)]


def test_a_file_with_two_paths_is_one_input(folder: Path):
    (folder / "lists").mkdir()
    (folder / "lists" / "list.txt").write_text("../b/1.warc\n../b/./2.warc.gz\n../c.wacz\n")
    (folder / "link").symlink_to(folder / "b")
    given = [str(folder / name) for name in ("b", "lists/list.txt", "link")]
    problems: list[str] = []
    found = inputs.find(given, problems, [])
    assert names(found, folder) == ["b/1.warc", "b/2.warc.gz", "lists/../c.wacz"]
    assert problems == []


@pytest.mark.parametrize("name", ["http://h.example/in/", "HTTPS://h.example/"])
def test_a_folder_of_a_web_server_is_not_listed(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(inputs, "file_system", lambda address: pytest.fail("it is asked"))
    problems: list[str] = []
    assert inputs.find([name], problems, []) == []
    assert problems == [f"{name} is no folder of an object store: name its files in a list"]


def test_a_list_in_a_list_is_a_line(folder: Path):
    (folder / "list.txt").write_text("list.txt\nother.paths.gz\na.arc.gz\n")
    problems: list[str] = []
    assert names(inputs.find([str(folder / "list.txt")], problems, []), folder) == ["a.arc.gz"]
    assert [line.replace(f"{folder}/", "") for line in problems] == [
        f"the list list.txt may not name {name}: name that list as an INPUT"
        for name in ("list.txt", "other.paths.gz")
    ]


def test_each_path_that_cannot_be_used_is_a_line(folder: Path):
    (folder / "empty").mkdir()
    (folder / "bad.txt").write_bytes(b"\xff")
    (folder / "cut.lst.gz").write_bytes(gzip.compress(b"a.arc.gz\n")[:-9])
    (folder / "list.txt").write_text("nowhere.warc\n")
    (folder / "none.txt").write_text("\n \n")
    problems: list[str] = []
    given = ["missing.warc", "empty", "bad.txt", "cut.lst.gz", "list.txt", "none.txt"]
    assert inputs.find([str(folder / name) for name in given], problems, []) == []
    assert [line.replace(f"{folder}/", "") for line in problems] == [
        "there is no file or folder missing.warc",
        "empty has no WARC, WACZ or ARC file",
        "the list bad.txt cannot be read: it is no text in UTF-8",
        "the list cut.lst.gz cannot be read: it is cut off or damaged",
        "there is no file or folder nowhere.warc",
        "the list none.txt names no file",
    ]


def test_a_renewed_signature_is_the_same_key():
    options = BulkOptions(8)
    signed = [inputs.Input(f"https://f.example/1.warc{query}", 5, "7") for query in ("?s=1", "?s=2", "")]
    assert len({one.key(options) for one in signed}) == 1
    unknown = [inputs.Input(f"https://f.example/get?file={number}", 5, "") for number in (1, 2)]
    assert len({one.key(options) for one in unknown}) == 2  # nothing else shows which file it is


@pytest.mark.parametrize(
    "signature",
    [
        "X-Amz-Algorithm=A&X-Amz-Credential=k%2F1&X-Amz-Date=D&X-Amz-Expires=60&X-Amz-Signature={}",
        "AWSAccessKeyId=k&Expires=1700&Signature={}",
        "X-Goog-Algorithm=A&X-Goog-SignedHeaders=host&X-Goog-Signature={}",
        "sv=2022-11-02&sr=b&sp=r&st=2026&se=2027&spr=https&sig={}",
        "Policy=p&Key-Pair-Id=K&Signature={}",
    ],
)
def test_a_renewed_signature_is_the_same_key_where_the_server_does_not_say_when_a_file_changed(
    signature: str,
):
    options = BulkOptions(8)
    address = "https://f.example/get?file=1&" + signature
    renewed = [inputs.Input(address.format(number), 5, "").key(options) for number in (1, 2)]
    assert renewed[0] == renewed[1]
    other = inputs.Input(address.replace("file=1", "file=2").format(1), 5, "")
    assert other.key(options) != renewed[0]


@pytest.mark.parametrize(
    ("source", "name", "archive"),
    [
        ("/in/a?b#c.warc", "/in/a?b#c.warc", "a?b#c.warc"),
        ("s3://b/in/a?b#c.warc.gz", "s3://b/in/a?b#c.warc.gz", "a?b#c.warc.gz"),
        ("https://u:p@f.example/a.warc?X-Amz-Signature=1/2", "https://f.example/a.warc", "a.warc"),
        ("https://f.example/get?id=1", "https://f.example/get#3687ad34", "get"),
        ("https://f.example/get?id=1&token=SECRET", "https://f.example/get#3687ad34", "get"),
        ("https://f.example/get#3687ad34", "https://f.example/get#3687ad34", "get"),
    ],
)
def test_the_name_of_an_input_says_which_file_it_is_and_no_secret(source: str, name: str, archive: str):
    assert (inputs.name_of(source), inputs.Input(source, 5, "7").archive) == (name, archive)


def test_an_address_counts_once_whatever_its_signature(tmp_path: Path):
    (tmp_path / "get.warc").write_bytes(b"12")
    queries = ("?id=1&signature=1", "?id=1&signature=2", "?id=2&signature=3")
    problems: list[str] = []
    with web_server(tmp_path) as (address, _):
        found = inputs.find([f"{address}/get.warc{query}" for query in queries], problems, [])
    assert [one.source.removeprefix(address) for one in found] == [
        "/get.warc?id=1&signature=1",
        "/get.warc?id=2&signature=3",
    ]
    assert (len({one.name for one in found}), problems) == (2, [])


def test_a_list_at_a_signed_address_is_a_list(tmp_path: Path):
    (tmp_path / "list.txt").write_text("a.warc\n")
    (tmp_path / "a.warc").write_bytes(b"12")
    (tmp_path / "list.paths.gz").write_bytes(gzip.compress(b"a.warc\n"))
    with web_server(tmp_path) as (address, _):
        for name in ("list.txt", "list.paths.gz"):
            (one,) = inputs.find([f"{address}/{name}?signature=a/b"], [], [])
            assert one.source == f"{address}/a.warc"


def test_an_address_that_is_known_without_its_parameters_is_not_asked():
    problems: list[str] = []
    assert inputs.find(["https://f.example/get#3687ad34"], problems, []) == []
    assert problems == [
        "https://f.example/get cannot be read: its parameters are not known: name its whole address"
    ]


def test_a_list_that_is_too_long_is_a_line(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inputs, "_LONGEST_LIST", 9)
    (folder / "list.txt").write_text("a.arc.gz\n")
    problems: list[str] = []
    assert names(inputs.find([str(folder / "list.txt")], problems, []), folder) == ["a.arc.gz"]
    (folder / "list.txt").write_text("a.arc.gz\n\n")
    assert inputs.find([str(folder / "list.txt")], problems, []) == []
    assert problems == [f"the list {folder}/list.txt cannot be read: it is longer than 9 bytes: divide it"]


class _Listing:
    """An object store that describes its files in a list, and counts questions about one file."""

    asked = 0

    def find(self, path: str, detail: bool) -> dict[str, dict[str, object]]:
        about = {"size": 5, "ETag": "7"}
        return {
            f"{path}1.warc": about,
            f"{path}2.warc.gz": about,
            f"{path}3.warc": {"size": 5},
            f"{path}a": {},
        }

    def unstrip_protocol(self, path: str) -> str:
        return f"s3://{path}"

    def info(self, path: str) -> dict[str, object]:
        self.asked += 1
        return {"size": 5, "LastModified": "9"}


def test_what_the_list_of_a_folder_says_is_not_asked_for(monkeypatch: pytest.MonkeyPatch):
    store = _Listing()
    monkeypatch.setattr(inputs, "file_system", lambda address: (store, address.removeprefix("s3://")))
    problems: list[str] = []
    assert inputs.find(["s3://b/in/"], problems, []) == [
        inputs.Input("s3://b/in/1.warc", 5, "7"),
        inputs.Input("s3://b/in/2.warc.gz", 5, "7"),
        inputs.Input("s3://b/in/3.warc", 5, "9"),
    ]
    assert (problems, store.asked) == ([], 1)


def test_a_name_that_is_no_utf_8_is_a_line(folder: Path):
    (folder / "caf\udce9.warc").write_bytes(b"12")
    problems: list[str] = []
    assert names(inputs.find([str(folder)], problems, []), folder) == [
        "a.arc.gz",
        "c.wacz",
        "b/1.warc",
        "b/2.warc.gz",
    ]
    assert problems == [f"{folder}/caf\ufffd.warc cannot be used: its name is no text in UTF-8"]


def test_while_a_list_cannot_be_read_all_earlier_inputs_stay(folder: Path):
    seen = [str(folder / "b" / name) for name in ("1.warc", "2.warc.gz")]
    earlier = {source: inputs.Input(source, 99, "9") for source in seen}
    problems: list[str] = []
    given = [str(folder / "list.txt"), seen[0]]
    for some in (given, given[::-1]):
        found = inputs.find(some, problems, [], earlier)
        # The one that is named by itself is seen as it is now.
        assert {one.source: one.size for one in found} == {seen[0]: 2, seen[1]: 99}
    assert problems == [f"the list {folder}/list.txt cannot be read: there is no such file"] * 2


def test_another_size_moment_or_option_is_another_key():
    one, options = inputs.Input("/a/1.warc", 5, "7"), BulkOptions(8)
    others = [
        (inputs.Input("/a/1.warc", 6, "7"), options),
        (inputs.Input("/a/1.warc", 5, "8"), options),
        (inputs.Input("/b/1.warc", 5, "7"), options),
        (one, BulkOptions(9)),
        (one, BulkOptions(8, domain="shop.example")),
        (one, BulkOptions(8, list_sha256="00")),
        (one, BulkOptions(8, urls=("http://shop.example/",))),
        (one, BulkOptions(8, every=True)),
        (one, BulkOptions(8, whole_site=True)),
    ]
    keys = [one.key(options), *(one.key(options) for one, options in others)]
    assert len(set(keys)) == len(keys)
    assert one.key(options) == one.key(BulkOptions(8, retailers_csv="/another/place.csv"))
