"""Pages of an archive, served by Datasette in this process, as text."""

import asyncio
import re
from pathlib import Path

import httpx
from datasette.app import Datasette
from lxml import html

BLOCKS = "article aside br dd div dl dt figcaption figure footer h1 h2 h3 h4 header hr label legend li main"
MORE = "nav ol option p pre section table td text th title tr ul"
SEPARATE = {*BLOCKS.split(), *MORE.split()}


def ask(archive: Path, path: str) -> httpx.Response:
    """Return the answer of a server of this archive."""
    return asyncio.run(Datasette([str(archive)]).client.get(path))


def text(archive: Path, path: str) -> str:
    """Return the text of a page, one line per block."""
    answer = ask(archive, path)
    head = f"GET {path}\n{answer.status_code}\n"
    if not answer.headers.get("content-type", "").startswith("text/html") or not answer.text:
        return f"{head}{answer.headers.get('location', '')}\n{answer.text}\n"
    document = html.document_fromstring(answer.text)
    for element in document.iter():
        if element.tag in ("script", "style"):
            element.text = None
        elif element.tag in SEPARATE:
            element.tail = "\n" + (element.tail or "")
            element.text = "\n" + (element.text or "")
        for name in ("title", "alt", "aria-label", "placeholder"):
            if value := element.get(name):
                element.text = f"[{name}: {value}] {element.text or ''}"
    lines = (re.sub(r"\s+", " ", line).strip() for line in str(document.xpath("string()")).splitlines())
    return head + "".join(f"{line}\n" for line in lines if line) + "\n"
