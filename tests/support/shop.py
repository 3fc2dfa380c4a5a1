"""A shop in an archive, with one call for each of its captures."""

import hashlib

from sqlite_utils import Database

from db.database import transaction
from db.history import versions
from db.normalisation import wording, wording_key
from db.store import captures, retailers, texts
from db.store.bodies import Bodies
from db.store.captures import Capture, IndexRow, Replayed
from db.store.retailers import Page
from db.store.texts import Text
from extract.html.source_text import source_text

HTML = (("Content-Type", "text/html"),)


def text(
    markdown: str, *, title: str = "Privacy", verdict: str = "policy", completeness: float = 1.0
) -> Text:
    """Return the text that the extractor would make of a page with this Markdown."""
    sha256 = hashlib.sha256(markdown.encode()).hexdigest()
    words = len(wording(markdown).split())
    return Text(
        sha256, title, markdown, "en", words, completeness, wording_key(markdown), verdict, "a test says so"
    )


class Shop:
    """A retailer in an archive, with one page at first."""

    def __init__(self, db: Database, domain: str = "shop.example") -> None:
        self.db, self.bodies, self.domain = db, Bodies(db), domain
        with transaction(db):
            self.policy_id = retailers.add_policy(db, domain)
        self.page = self.add_page(f"http://{domain}/privacy")

    def add_page(self, url: str, found_by: str = "given") -> Page:
        with transaction(self.db):
            return retailers.add_page(self.db, self.policy_id, url, found_by, waypoint=found_by == "link")

    def list(
        self, timestamp: str, *, page: Page | None = None, archive: str = "web.archive.org", **values: object
    ) -> Capture:
        """Record a row of the index."""
        page = page or self.page
        original = str(values.pop("original", page.url))
        row = IndexRow(page.urlkey, timestamp, original, **values)  # type: ignore[arg-type]
        with transaction(self.db):
            captures.record_rows(self.db, page.id, archive, [row])
        found = captures.find(self.db, page.id, row)
        assert found
        return found

    def fetch(self, capture: Capture, body: bytes = b"<p>", **values: object) -> None:
        replayed = Replayed(
            capture.archive,
            body,
            values.get("headers", HTML),  # type: ignore[arg-type]
            values.get("status", 200),  # type: ignore[arg-type]
            values.get("at"),  # type: ignore[arg-type]
        )
        with transaction(self.db):
            captures.set_fetched(self.db, self.bodies, capture, replayed)

    def observe(
        self,
        timestamp: str,
        markdown: str,
        *,
        page: Page | None = None,
        verdict: str = "policy",
        body: str = "",
        extractor: str = "1",
    ) -> int:
        """Record a capture with this text; the body is `body`, or else the text itself."""
        capture = self.list(
            timestamp, page=page, digest=hashlib.sha1((timestamp + markdown).encode()).hexdigest()
        )
        self.fetch(capture, (body or markdown).encode())
        with transaction(self.db):
            texts.judge(self.db, capture.id, text(markdown, verdict=verdict), extractor)
        return capture.id

    def import_text(self, timestamp: str, markdown: str, *, page: Page | None = None) -> int:
        """Record a capture with a text of another tool, and without a body."""
        capture = self.list(timestamp, page=page)
        with transaction(self.db):
            texts.take(self.db, capture.id, text(markdown))
        return capture.id

    def derive(self) -> None:
        versions.refresh(self.db, self.policy_id, source_text)

    def row(self, capture: Capture | int, columns: str = "state, reason") -> tuple[object, ...]:
        capture_id = capture if isinstance(capture, int) else capture.id
        return tuple(self.db.execute(f"select {columns} from captures where id = ?", [capture_id]).fetchone())
