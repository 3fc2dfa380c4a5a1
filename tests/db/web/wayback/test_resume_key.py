import base64
import re
import zlib

import pytest

from db.web.wayback import resume_key
from db.web.wayback.resume_key import ResumeKey
from db.web.wayback.scan import Position

KEYS = [
    ResumeKey(Position("example,shop)/privacy?a=ü", "20040101000000", 7), ()),
    ResumeKey(Position("example,shop)/", "20040101000000", 0), ("2004", None)),
    ResumeKey(Position("x" * 3_000, "20040101000000", 2**40), ("y" * 3_000,)),
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_comes_back_as_it_was(key: ResumeKey):
    text = resume_key.encode(key)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert resume_key.decode(text) == key
    assert resume_key.decode(text + "==") == key


def packed(plain: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(plain)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "eJw",
        "é",
        resume_key.encode(KEYS[0])[:-4],
        packed(b"nonsense"),
        packed(b"[1, 2, 3]"),
        packed(b'["a", "b"]'),
        packed(b'["a", "b", -1]'),
        packed(b'["a", "b", true]'),
        packed(b'["a", "b", 1, 2]'),
        packed(b"[" * 10_000),
        packed(b'["' + b"a" * 50_000_000 + b'", "b", 1]'),
        "A" * 20_000,
    ],
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(ValueError, match=r"the (resume key is damaged|key is too long)"):
        resume_key.decode(text)
