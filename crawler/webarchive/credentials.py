"""The user's keys for Save Page Now, which are sent only to the web archive.

They come from environment variables. They are in no setting, argument or table, because these are logged or
stored. They are also removed from the web archive's answers before other code reads the answers.
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
    """An access key and its secret key. `repr` and `str` of this object do not contain them."""

    def __init__(self, access: str, secret: str) -> None:
        self._access, self._secret = access, secret

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Keys":
        """Read both keys from environment variables.

        Raises KeysError if a key is missing or has a wrong form.
        """
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
        """The value of the Authorization header of a request, which contains both keys."""
        return f"LOW {self._access}:{self._secret}"

    def hidden_in(self, body: bytes) -> bytes:
        """Return the body of an answer with `[key]` in place of each key.

        A message about wrong keys may repeat them.
        """
        return body.replace(self._secret.encode(), _HIDDEN).replace(self._access.encode(), _HIDDEN)


def check(source: Source) -> str:
    """Return the address of Save Page Now, if keys can be sent there safely.

    Raises NoSaveError if not, or if the web archive has no Save Page Now. Plain http is not safe, because
    others could read the keys on the way. It is allowed only to this machine.
    """
    if source.save is None:
        raise NoSaveError(
            f"{source.title} captures no pages on demand; the Wayback Machine does (--source web.archive.org)"
        )
    parts = urlsplit(source.save)
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        raise NoSaveError(
            f"keys are never sent over plain http, which {source.name} uses: give an https address"
        )
    return source.save


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:  # the host is a name; only `localhost` certainly means this machine
        return host == "localhost"
