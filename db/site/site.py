"""The files of a static site, made one after the other from the pages of the server."""

from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from db.errors import StoreError
from db.site import rewriting
from db.site.addresses import SEARCH, SiteAddresses
from db.site.rewriting import Rewriter
from db.site.search_index import SearchIndex
from db.site.served_pages import ServedPage, ServedPages

_SCRIPT = "search.js"
_FOR_SEARCH = "script-src 'self'; connect-src 'self'"
_TOO_LARGE = 400  # the status of a comparison that is too long for a page; its page says so


class Site:
    """The files of a site. `left_out` are addresses to which served pages link, and the site does not."""

    def __init__(self, served: ServedPages, db: Database, base_url: str = "") -> None:
        self._served = served
        self._base_url = base_url
        self._addresses = SiteAddresses(served.datasette, served.urls, db)
        self._of_versions = {v.file for retailer in self._addresses.retailers for v in retailer.versions}
        self._index = SearchIndex()
        self.left_out: set[str] = set()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the content of each file. Raises StoreError if a page cannot be made."""
        pages = dict(self._addresses)
        waiting = list(pages.items())
        for file, address in waiting:
            found: list[str] = []
            rewriter = Rewriter(file, self._addresses.file, found.append, self.left_out.add, self._base_url)
            yield file, self._content(address, rewriter)
            for linked in found:  # a static file, or another page of a long list
                linked_file = self._addresses.file(linked) or ""
                if linked_file not in pages:
                    pages[linked_file] = linked
                    waiting.append((linked_file, linked))
        yield from self._index.files(self._addresses.retailers)
        yield from self._for_crawlers(sorted(file for file in pages if file.endswith(".html")))

    def _content(self, address: str, rewriter: Rewriter) -> bytes:
        if rewriter.file == f"static/{_SCRIPT}":
            return (Path(__file__).parent / "static" / _SCRIPT).read_bytes()
        is_search = rewriter.file == SEARCH
        answer = self._served.render("site_search.html") if is_search else self._served.get(address)
        if answer.status not in (200, _TOO_LARGE):
            raise StoreError(f"the page {address} could not be made: {_sentence(answer)}")
        if rewriter.file.endswith(".atom"):
            return rewriting.feed(answer, rewriter)
        if not rewriter.file.endswith(".html"):
            return answer.body
        document = rewriting.page(answer, rewriter, _FOR_SEARCH if is_search else "")
        if rewriter.file in self._of_versions:
            self._index.add(str(document.find_class("policy")[0].text_content()))
        return rewriting.as_bytes(document)

    def _for_crawlers(self, pages: list[str]) -> Iterator[tuple[str, bytes]]:
        """Yield robots.txt and, if the address of the site is known, sitemap.xml."""
        robots = "User-agent: *\nAllow: /\n"
        if self._base_url:
            robots += f"Sitemap: {self._base_url}sitemap.xml\n"
            yield "sitemap.xml", rewriting.sitemap(self._base_url, pages)
        yield "robots.txt", robots.encode()


def _sentence(answer: ServedPage) -> str:
    """Return what a page of an error says."""
    found = rewriting.parsed(answer).find_class("failed")
    return str(found[0].text_content()) if found else f"status {answer.status}"
