import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bulk import records
from crawler.bulk.records import DerivedRecord, RecordWriter
from crawler.importing.warc_reader import FactsRecord, Record
from db.store.texts import Text

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANY = st.text(max_size=20)  # also with half of a character
NUMBERS = st.none() | st.integers(0, 2**40)
RECORDS = st.builds(
    Record,
    original=WORDS,
    timestamp=WORDS,
    status=st.none() | st.integers(100, 999),
    mimetype=st.none() | WORDS,
    digest=WORDS,
    length=NUMBERS,
    headers=st.lists(st.tuples(ANY, ANY), max_size=3).map(tuple),
    body=st.none() | st.binary(max_size=50),
    problem=WORDS,
    id=WORDS,
    raw=st.just(b""),
    refers_to=st.none() | st.tuples(ANY, ANY),
    refers_to_id=WORDS,
)
TEXTS = st.builds(
    Text,
    sha256=WORDS,
    title=WORDS,
    markdown=WORDS,
    language=st.none() | WORDS,
    words=st.integers(0, 2**31),
    completeness=st.floats(0, 1),
    wording=WORDS,
    verdict=WORDS,
    reason=WORDS,
    stated_date=st.none() | WORDS,
)


def of(derived: DerivedRecord) -> Record:
    assert isinstance(derived.entry, Record)
    return derived.entry


@given(st.lists(st.tuples(st.integers(0, 3), RECORDS, st.none() | TEXTS), max_size=8))
def test_records_are_read_as_they_were_written(some):
    file = io.BytesIO()
    rows = RecordWriter(file)
    expected: dict[int, list[DerivedRecord]] = {bucket: [] for bucket in range(4)}
    for number, (bucket, record, text) in enumerate(some):
        derived = DerivedRecord(number, record, text)
        rows.add(bucket, derived)
        expected[bucket].append(derived)
    rows.finish({})
    assert rows.buckets == {bucket for bucket in expected if expected[bucket]}
    for bucket, wanted in expected.items():
        found = list(records.read(file, bucket))
        assert found == wanted
        # `id` does not count when records are compared.
        assert [of(one).id for one in found] == [of(one).id for one in wanted]


def test_facts_and_raw_bodies_are_kept():
    file = io.BytesIO()
    rows = RecordWriter(file)
    record = Record("http://shop.example/", "2014", 200, "text/html", "D", 3, (), b"<p>", raw=b"raw")
    some = [
        DerivedRecord(1, FactsRecord({"retailer": {"domain": "shop.example", "name": "Späti"}})),
        DerivedRecord(2, record, keeps_raw=True),
        DerivedRecord(3, record),
    ]
    for derived in some:
        rows.add(0, derived)
    rows.finish({})
    found = list(records.read(file, 0))
    assert [of(one).raw for one in found[1:]] == [b"raw", b""]
    assert found == [some[0], some[1], DerivedRecord(3, record)]


def test_the_same_rows_are_the_same_bytes():
    def written() -> bytes:
        file = io.BytesIO()
        rows = RecordWriter(file)
        for number in range(20):
            record = Record(f"http://s/{number}", "2014", 200, None, "D", 3, (("a", "b"),), b"<p>" * number)
            rows.add(number % 3, DerivedRecord(number, record))
        rows.finish({b"k": b"v"})
        return file.getvalue()

    assert written() == written()


def test_records_that_do_not_fit_into_memory_are_written_and_read_in_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(records, "FLUSHED", 3_000)
    file = io.BytesIO()
    writer = RecordWriter(file)
    some = [DerivedRecord(n, Record(f"http://s/{n}", "", 200, None, "D", 3, (), b"<p>")) for n in range(20)]
    for derived in some:
        writer.add(derived.number % 2, derived)
    writer.finish({})
    assert list(records.read(file, 0)) == some[::2]
    assert list(records.read(file, 1)) == some[1::2]
