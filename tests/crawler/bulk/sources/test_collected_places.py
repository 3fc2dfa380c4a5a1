import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from crawler.bulk.sources.collected_places import CollectedPlaces
from crawler.importing.warc_stream import RecordPlace

NUMBERS = st.integers(0, 10**15 - 1)
PLACES = st.builds(RecordPlace, st.text(max_size=3), NUMBERS, NUMBERS)


@given(st.dictionaries(NUMBERS, PLACES), NUMBERS)
def test_a_place_is_that_of_the_record_that_begins_there(places: dict[int, RecordPlace], other: int):
    collected = CollectedPlaces()
    for first in sorted(places):
        collected.add(first, places[first])
    assert {first: collected.get(first) for first in places} == places
    assert collected.get(other) == places.get(other)


def test_a_place_takes_few_bytes():
    tracemalloc.start()
    collected, number = CollectedPlaces(), 20_000
    for first in range(number):
        collected.add(first, RecordPlace("".join(["a", "/1.warc.gz"]), 10**12 + first, 10**9 + first))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 40 * number
