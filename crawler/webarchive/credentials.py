"""The user's keys of Save Page Now: read from the environment, shown to the archive alone, and to nobody else.

They are in no setting, no argument and no table, for those are logged or stored; what comes back from the archive is cleared
of them before anything reads it.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.errors import KeysError, NoSaveError
from crawler.webarchive.sources import Source

ACCESS, SECRET = "IA_ACCESS_KEY", "IA_SECRET_KEY"
_KEY = re.compile(
    r"[!-9;-~]{8,128}"
)  # printable, without the colon that joins the two; the archive's have 16 characters
_HIDDEN = b"[key]"


class Keys:
    """An access key and its secret. Their text is never part of what `repr` or `str` give."""

    def __init__(self, access: str, secret: str) -> None:
        self._access, self._secret = access, secret

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Keys":
        """Take the keys from the environment. Raises KeysError where one is missing or cannot be one."""
        access, secret = (environment.get(name, "").strip() for name in (ACCESS, SECRET))
        if not access or not secret:
            raise KeysError(
                f"Save Page Now asks for keys: put yours (https://archive.org/account/s3.php) into {ACCESS} and {SECRET}"
            )
        for name, key in ((ACCESS, access), (SECRET, secret)):
            if not _KEY.fullmatch(key):
                raise KeysError(
                    f"what is in {name} cannot be a key: 8 printable characters or more, without a colon or space"
                )
        return cls(access, secret)

    @property
    def authorization(self) -> str:
        """The value of the header that proves who asks."""
        return f"LOW {self._access}:{self._secret}"

    def hidden_in(self, body: bytes) -> bytes:
        """An answer without the keys, should the archive repeat them, as it may in a message about wrong ones."""
        return body.replace(self._secret.encode(), _HIDDEN).replace(self._access.encode(), _HIDDEN)


def check(source: Source) -> str:
    """Give the address of an archive's Save Page Now, where keys may go. Raises NoSaveError.

    Over plain http they would be readable on the way; on this machine, where tests are, there is no way.
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
    except ValueError:  # a name; only one of them is sure to stay here
        return host == "localhost"
