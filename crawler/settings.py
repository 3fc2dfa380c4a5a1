"""Settings of the Scrapy project. The command line overrides a few of them; `scrapy crawl -s NAME=VALUE` any."""

import os
from importlib.metadata import version

BOT_NAME = "policytrail"
SPIDER_MODULES = ["crawler.spiders"]
# Say how you can be reached: an archive rather writes than shuts somebody out (wayback.md section 3).
CONTACT = os.environ.get("POLICYTRAIL_CONTACT", "https://policytrail.example/contact")
USER_AGENT = f"policytrail/{version('policytrail')} (+{CONTACT})"

# web.archive.org has no robots.txt (404), and asking for it would cost a request (wayback.md section 2.2).
ROBOTSTXT_OBEY = False
COOKIES_ENABLED = False
REDIRECT_ENABLED = False  # an archived redirect is content; the spider follows it within the archive
METAREFRESH_ENABLED = False
COMPRESSION_ENABLED = False  # bodies are decoded in crawler/webarchive/content_encoding.py, which also knows the ones without a header
HTTPPROXY_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the archive file knows what was fetched

# Few connections, kept open: many were what the Internet Archive blocked first (wayback.md section 3).
# The first number is what bounds them: Scrapy 2.19 fills a slot beyond its own when several requests come at once.
CONCURRENT_REQUESTS = 5
CONCURRENT_REQUESTS_PER_DOMAIN = 5
DOWNLOAD_SLOTS = {
    "cdx": {"concurrency": 1, "delay": 0},
    "replay": {"concurrency": 4, "delay": 0},
    "save": {"concurrency": 1, "delay": 0},
}
CONCURRENT_ITEMS = (
    2  # Scrapy starts as many tasks for every answer, and an answer yields a request and an item at the most
)
DOWNLOAD_DELAY = 0  # the pace is kept in crawler/throttling/rate_limiter.py, for all requests together
DOWNLOAD_TIMEOUT = 120  # large index queries take up to half a minute and more (wayback.md section 1.6)
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.ThrottledDownloadHandler",
    "https": "crawler.middlewares.ThrottledDownloadHandler",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.WaybackRetryMiddleware": 550,
}
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip"}
RETRY_TIMES = 2
RETRY_HTTP_CODES = [413, 421, 500, 502, 503, 504, 599]  # EDGI's client retries these; 429 is not among them
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

ITEM_PIPELINES = {"crawler.pipelines.ExtractionPipeline": 100}

# Rates in requests a minute; None takes the source's own (crawler/webarchive/sources.py), 0 switches the limit off.
CDX_PER_MINUTE = None
REPLAY_PER_MINUTE = None
THROTTLE_PAUSE = 60.0  # seconds after a 429 without Retry-After, doubled each time

EXTRACTION_JOBS = 0  # worker processes; 0 is one a core
EXTRACTION_SECONDS = 30  # the time limit of one page
EXTRACTION_MEGABYTES = 2048  # the address space of one worker

LOG_LEVEL = "INFO"
STATS_DUMP = False
