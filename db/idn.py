"""International domain names: what browsers visit (`xn--…`), and what people read.

Browsers follow UTS 46 without the transitional rules, so `spaß.example` is not `spass.example`
(docs/decisions/0020-domains-as-browsers-read-them.md). `extract.domains.ascii_host` has the same rules,
because `db` and `extract` do not import each other.
"""

import re

import idna

# Some characters are mapped to several, and one of them may be a slash.
_NO_HOST = re.compile(r"[\s/\\?#@:%\[\]<>^|]")


def to_ascii(host: str) -> str:
    """Return a host name as browsers send it, in lower case.

    A name that is not valid stays readable; never raises.
    """
    if host.isascii():
        return host.lower()
    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return host.lower()
    if _NO_HOST.search(mapped):
        return host.lower()
    return ".".join(map(_label, mapped.split(".")))


def _label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except (idna.IDNAError, UnicodeError):  # browsers also visit what IDNA 2008 forbids, such as symbols
        return f"xn--{label.encode('punycode').decode('ascii')}"


def to_unicode(host: str) -> str:
    """Return a host name as people read it.

    A label that is no valid international name stays as it is; never raises.
    """
    return ".".join(map(_readable, host.split("."))) if "xn--" in host.lower() else host


def _readable(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        text = label[4:].lower().encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return text if text.isprintable() and " " not in text and to_ascii(text) == label.lower() else label
