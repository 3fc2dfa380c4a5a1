import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.importing.chunks import undone


@pytest.mark.parametrize(
    ("payload", "body"),
    [
        (b"3\r\n<p>\r\n1\r\nx\r\n0\r\n\r\n", (b"<p>x", False)),
        (b"3 \r\n<p>\r\n00001;a=b\r\nx\r\n0\r\nTrailer: x\r\n\r\n", (b"<p>x", False)),
        (b"A\r\n0123456789\r\n0\r\n\r\n", (b"0123456789", False)),
        (b"", (b"", False)),
        (b"0\r\n\r\n", (b"", False)),
        (b"3\r\n<p>\r\n", (b"<p>", True)),
        (b"3\r\n<p>", (b"<p>", True)),
        (b"64\r\n<p>", (b"<p>", True)),
        (b"<p>no chunks", (b"<p>no chunks", False)),
        (b"3\r\n<p>\r\nno chunk", (b"<p>no chunk", False)),
        (b"3\r\n<p> and more", (b"<p> and more", False)),
        (b"-1\r\n<p>", (b"-1\r\n<p>", False)),
        (b"fffffffff\r\n<p>", (b"fffffffff\r\n<p>", False)),
    ],
)
def test_a_body_without_its_chunks(payload: bytes, body: tuple[bytes, bool]) -> None:
    assert undone(payload) == body


@given(st.lists(st.binary(min_size=1)))
def test_chunks_are_put_together(chunks: list[bytes]) -> None:
    payload = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    assert undone(payload + b"0\r\n\r\n") == (b"".join(chunks), False)
    assert undone(payload) == (b"".join(chunks), bool(chunks))
