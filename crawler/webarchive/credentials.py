"""The user's keys for Save Page Now: they are read from the environment and sent only to the archive.

They are in no setting, argument or table, because those are logged or stored. They are removed from answers
of the archive before anything reads these.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.errors import KeysError, NoSaveError
from crawler.webarchive.sources import Source

ACCESS, SECRET = "IA_ACCESS_KEY", "IA_SECRET_KEY"
# Printable, without the colon that joins the two keys. The archive's keys have 16 characters.
_KEY = re.compile(r"[!-9;-~]{8,128}")
_HIDDEN = b"[key]"


class Keys:
    """An access key and its secret. `repr` and `str` never show them."""

    def __init__(self, access: str, secret: str) -> None:
        self._access, self._secret = access, secret

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Keys":
        """Read the keys from the environment. Raises KeysError where one is missing or cannot be a key."""
        access, secret = (environment.get(name, "").strip() for name in (ACCESS, SECRET))
        if not access or not secret:
            raise KeysError(
                "Save Page Now asks for keys: put yours (https://archive.org/account/s3.php)"
                f" into {ACCESS} and {SECRET}"
            )
        for name, key in ((ACCESS, access), (SECRET, secret)):
            if not _KEY.fullmatch(key):
                raise KeysError(
                    f"the value of {name} cannot be a key: a key has 8 or more printable characters,"
                    " no colon and no space"
                )
        return cls(access, secret)

    @property
    def authorization(self) -> str:
        """The value of the Authorization header."""
        return f"LOW {self._access}:{self._secret}"

    def hidden_in(self, body: bytes) -> bytes:
        """Return an answer without the keys: a message about wrong keys may repeat them."""
        return body.replace(self._secret.encode(), _HIDDEN).replace(self._access.encode(), _HIDDEN)


def check(source: Source) -> str:
    """Return the address of an archive's Save Page Now, if keys can be sent there safely. Raises NoSaveError.

    Over plain http the keys would be readable on the way. This machine is allowed, because nothing leaves it.
    """
    if source.save is None:
        raise NoSaveError(
            f"{source.title} captures no pages on demand; the Wayback Machine does (--source web.archive.org)"
        )
    parts = urlsplit(source.save)
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        raise NoSaveError(
            f"keys are never sent over plain http, as they would be to {source.name}: give an https address"
        )
    return source.save


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name; only this one certainly means this machine
        return host == "localhost"
