"""Bulk runs between an object store and a web server: the rows of local files, in spite of refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.bulk.storage import patience, remote
from crawler.bulk.storage.store import Store
from crawler.errors import SupersededError
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from tests.support import bulk, shops
from tests.support.remote import object_store, web_server


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of shops, and the result of a run on them in `out`. Do not write to it."""
    folder = tmp_path_factory.mktemp("calm")
    files = shops.write(folder)
    run_bulk(BulkPlan(tuple(map(str, files)), str(folder / "out"), buckets=2, jobs=1), print)
    return folder


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with object_store(monkeypatch) as address:
        yield address


def test_from_a_bucket_to_a_bucket(calm: Path, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fs, _ = remote.file_system(bucket)
    for file in sorted(calm.glob("*.warc*")):
        fs.put_file(str(file), f"{bucket}/in/{file.name}")
    plan = BulkPlan((f"{bucket}/in/",), f"{bucket}/result", buckets=2, jobs=1)
    assert run_bulk(plan, print).failures == {}
    fs.get(f"{bucket}/result/", str(tmp_path / "copy") + "/", recursive=True)
    assert bulk.of_result(tmp_path / "copy") == bulk.of_result(calm / "out")
    before = {path: fs.info(path)["LastModified"] for path in fs.find(f"{bucket}/result/versions")}
    lost = next(iter(before))
    fs.rm_file(lost)
    read, opened = Store.key_and_summary, set()

    def note(store: Store, name: str) -> tuple[str, object]:
        opened.add(name.split("/")[1])
        return read(store, name)

    monkeypatch.setattr(Store, "key_and_summary", note)
    run_bulk(plan, print)
    assert opened == {lost.split("/")[-2]}  # only the bucket with the lost file
    after = {path: fs.info(path)["LastModified"] for path in fs.find(f"{bucket}/result/versions")}
    assert before.keys() == after.keys()
    assert fs.cat_file(lost) == (tmp_path / "copy" / lost.partition("/result/")[2]).read_bytes()


def test_an_older_run_writes_and_deletes_nothing_more(bucket: str):
    older = remote.store_at(f"{bucket}/result").begin()
    older.put_json("a", 1)
    newer = remote.store_at(f"{bucket}/result").begin()
    with pytest.raises(SupersededError):
        older.put_json("a", 2)
    with pytest.raises(SupersededError):
        older.drop("a")
    assert newer.json("a") == 1
    newer.drop("a")
    assert not newer.has("a")


@pytest.mark.parametrize("status", [403, 503])
def test_a_web_server_that_refuses_for_a_while(calm: Path, tmp_path: Path, status: int):
    with web_server(calm, status, {"1.warc.gz": 2, "2.warc": 1, "HEAD 2.warc": 2}) as (address, _):
        (tmp_path / "list.txt").write_text(
            "".join(f"{address}/{file.name}\n" for file in sorted(calm.glob("*.warc*")))
        )
        plan = BulkPlan((str(tmp_path / "list.txt"),), str(tmp_path / "out"), buckets=2, jobs=1)
        outcome = run_bulk(plan, print)
    assert outcome.failures == {}
    assert bulk.of_result(tmp_path / "out") == bulk.of_result(calm / "out")
    (damage,) = [file.damage for file in outcome.files.values() if file.damage]
    assert damage == f"{address}/2.warc is cut off within record 5; the 4 before it were read"


def test_what_stays_refused_is_named_and_the_others_are_done(calm: Path, tmp_path: Path):
    with web_server(calm, 503, {"1.warc.gz": 99}) as (address, _):
        names = tuple(f"{address}/{name}" for name in ("1.warc.gz", "4.warc.gz", "missing.warc"))
        outcome = run_bulk(BulkPlan(names, str(tmp_path / "out"), buckets=2, jobs=1), print)
    assert [one.archive for one in outcome.files] == ["4.warc.gz"]
    problems = [*outcome.problems, *(f"{what}: {why}" for what, why in outcome.failures.items())]
    assert sorted(line.replace(address, "") for line in problems) == [
        "/1.warc.gz: the server answers with status 503",
        "/missing.warc cannot be read: there is no such file",
    ]


@pytest.mark.parametrize("name", ["nonsense://x/a.warc", "ssh://x/a.warc", "http://x/a::file:///b.warc"])
def test_another_protocol_is_refused(tmp_path: Path, name: str):
    outcome = run_bulk(BulkPlan((name,), str(tmp_path / "out"), jobs=1), print)
    assert outcome.problems == [f"{name} cannot be read: only addresses with gs, http, https, s3 can be used"]


def test_an_address_whose_password_ends_the_host_is_refused(tmp_path: Path):
    plan = BulkPlan(("https://u:SEC/RET@x.example/a.warc",), str(tmp_path / "out"), jobs=1)
    assert run_bulk(plan, print).problems == [
        "https://x.example/a.warc cannot be read: a password is written with %2F, %3F and %23 for / ? and #"
    ]


def test_files_that_a_server_calls_encoded_stay_as_they_are(calm: Path, tmp_path: Path):
    with web_server(calm, headers_sent={"Content-Encoding": "gzip"}) as (address, _):
        plan = BulkPlan((f"{address}/1.warc.gz",), str(tmp_path / "out"), buckets=2, jobs=1)
        assert run_bulk(plan, print).taken == 6
    local = BulkPlan((str(calm / "1.warc.gz"),), str(tmp_path / "local"), buckets=2, jobs=1)
    run_bulk(local, print)
    assert bulk.places(tmp_path / "out") == bulk.places(tmp_path / "local")
    assert None not in {begin for _, begin, _ in bulk.places(tmp_path / "out")}


def test_a_list_from_a_server_names_no_file_of_this_machine(calm: Path, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "list.txt").write_text(f"{calm}/1.warc.gz\n../1.warc.gz\n")
    with web_server(tmp_path / "in") as (address, _):
        outcome = run_bulk(BulkPlan((f"{address}/list.txt",), str(tmp_path / "out"), jobs=1), print)
    assert outcome.files == {}
    assert outcome.problems == [
        f"the list {address}/list.txt may not name {calm}/1.warc.gz",
        f"the list {address}/list.txt may not name ../1.warc.gz",
    ]


def test_keys_in_addresses_are_neither_stored_nor_printed(calm: Path, tmp_path: Path):
    with web_server(calm, 503, {"1.warc.gz": 0}) as (address, _):
        names = tuple(f"{address}/{name}?key=SECRET" for name in ("4.warc.gz", "missing.warc"))
        outcome = run_bulk(BulkPlan(names, str(tmp_path / "out"), buckets=1, jobs=1), print)
        assert outcome.problems == [f"{address}/missing.warc cannot be read: there is no such file"]
    assert b"SECRET" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert {row["archive"] for row in bulk.of_result(tmp_path / "out")["captures"]} == {"4.warc.gz"}


def test_an_input_with_a_renewed_signature_is_not_derived_again_and_stays_when_it_fails(
    calm: Path, tmp_path: Path
):
    def plan(address: str, number: int) -> BulkPlan:
        source = f"{address}/4.warc.gz?signature={number}"
        return BulkPlan((source,), str(tmp_path / "out"), buckets=1, jobs=1)

    refusals = {f"{method}4.warc.gz?signature=3": 99 for method in ("", "HEAD ")}
    with web_server(calm, 503, refusals) as (address, asked):
        first = run_bulk(plan(address, 1), print)
        before = len(asked)
        assert run_bulk(plan(address, 2), print).taken == first.taken
        assert len(asked) == before
        last = run_bulk(plan(address, 3), print)
    assert (last.is_whole, last.taken) == (False, first.taken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://u:SECRET@x.example/a.warc", "https://x.example/a.warc"),
        ("cannot open s3://b/a?X-Amz-Signature=SECRET now", "cannot open s3://b/a now"),
        ("URL('http://x.example/a#SECRET')", "URL('http://x.example/a')"),
        ("/home/a?b.warc", "/home/a?b.warc"),
        ("https://u:SEC@RET@x.example/a.warc", "https://x.example/a.warc"),
        ("https://u:SEC/RET@x.example/a.warc?SECRET", "https://x.example/a.warc"),
        ("https://u:SEC?R#ET@x.example/a: no", "https://x.example/a: no"),
        ("https://x.example:8080/a@b.warc is missing", "https://x.example:8080/a@b.warc is missing"),
        ("http://[::1]:8080/a@b", "http://[::1]:8080/a@b"),
        ("http://x.example:8080: ask me@x.example", "http://x.example:8080: ask me@x.example"),
    ],
)
def test_a_line_loses_its_secrets(text: str, expected: str):
    assert remote.without_secrets(text) == expected
