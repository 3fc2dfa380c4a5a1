"""Computed ids of rows."""

from db.schema.ids import text_id


def test_an_id_is_made_of_the_hash_and_fits_into_javascript() -> None:
    assert text_id("0000000000001" + "f" * 51) == 1
    assert text_id("f" * 64) == 2**52 - 1
