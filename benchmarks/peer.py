#!/usr/bin/env python3
"""A crawl as a user would write it with EDGI's wayback, trafilatura and sqlite-utils.

`benchmarks/crawl.py` compares it with the crawl of policytrail. Usage: python benchmarks/peer.py ADDRESS
RETAILERS_CSV DB. It reads the archive at ADDRESS instead of web.archive.org, with rates off.
"""

import csv
import sys
from pathlib import Path
from typing import Any

import requests
import sqlite_utils
import trafilatura
import wayback


def at_loopback(address: str) -> None:
    """Send all requests for web.archive.org to `address`."""
    send, name = requests.adapters.HTTPAdapter.send, "https://web.archive.org"

    def send_there(self: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        local = request.copy()
        local.url = address + str(request.url).removeprefix(name)
        local.headers["Host"] = "web.archive.org"
        response = send(self, local, **options)
        response.url, response.request = str(request.url), request
        return response

    requests.adapters.HTTPAdapter.send = send_there


def main(address: str, retailers: Path, file: Path) -> None:
    """List each page, fetch each capture, extract it, store it."""
    at_loopback(address)
    db = sqlite_utils.Database(file)
    with retailers.open() as lines:
        pages = [row["policy_url"] for row in csv.DictReader(lines)]
    session = wayback.WaybackSession(retries=0, search_calls_per_second=0, memento_calls_per_second=0)
    with wayback.WaybackClient(session) as client:
        for page in pages:
            for record in client.search(page):
                key = f"{record.timestamp:%Y%m%d%H%M%S} {record.original}"
                memento = client.get_memento(record, exact=False)
                text = trafilatura.extract(
                    memento.content, url=record.original, output_format="markdown", include_links=True
                )
                db["captures"].insert(
                    {"key": key, "digest": record.digest, "text": text}, pk="key", replace=True
                )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
