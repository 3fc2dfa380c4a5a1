from hypothesis import assume, given
from hypothesis import strategies as st

from extract.other_characters import decoded, encoded, replace_each

_TEXTS = st.text(st.one_of(st.sampled_from("ab -’é"), st.characters(max_codepoint=0x24F)))


def _form(character: str) -> str:
    return "'" if character == "’" else "ab" if character.isupper() else character


@given(_TEXTS)
def test_bytes_become_the_same_text_again(text):
    assert decoded(encoded(text)) == text


@given(_TEXTS)
def test_each_character_beyond_ascii_is_replaced_as_if_one_by_one(text):
    assume(len({one for one in text if not one.isascii()}) <= 24)
    replaced = replace_each(encoded(text), _form)
    assert replaced == encoded("".join(one if one.isascii() else _form(one) for one in text))


def test_nothing_is_replaced_where_it_would_not_be_fast():
    many = "".join(map(chr, range(0x400, 0x430)))
    assert replace_each(encoded(many), str) is None


def test_nothing_is_replaced_by_other_characters_beyond_ascii():
    assert replace_each(encoded("É"), str.lower) is None
    assert replace_each(encoded(""), str.lower) == b""
