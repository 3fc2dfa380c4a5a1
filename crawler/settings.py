"""Settings of the Scrapy project.

The command line overrides some of them. `scrapy crawl NAME -s SETTING=VALUE` can override any of them.
"""

import os
from importlib.metadata import version

from scrapy.settings import default_settings

BOT_NAME = "policytrail"
SPIDER_MODULES = ["crawler.spiders"]
# How to reach the user: a web archive may write to this address before it blocks requests
# (docs/wayback.md "Rate limits").
CONTACT = os.environ.get("POLICYTRAIL_CONTACT", "")
USER_AGENT = f"policytrail/{version('policytrail')}" + (f" (+{CONTACT})" if CONTACT else "")

# web.archive.org has no robots.txt, and a request for it counts too (docs/wayback.md "Replay answers").
ROBOTSTXT_OBEY = False
COOKIES_ENABLED = False
REDIRECT_ENABLED = False  # an archived redirect is content; the spider itself follows it in the web archive
METAREFRESH_ENABLED = False
# crawler/webarchive/content_encoding.py decompresses bodies, also without a Content-Encoding header.
COMPRESSION_ENABLED = False
HTTPPROXY_ENABLED = False
URLLENGTH_LIMIT = 0  # Scrapy drops longer requests without a word; crawler/middlewares.py has our own limit
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the archive file knows what was fetched

# Few connections, which stay open: many connections were a reason for blocks (docs/wayback.md "Rate limits").
# CONCURRENT_REQUESTS is the real limit: Scrapy 2.19 exceeds the limit of a slot when several requests
# come at once.
CONCURRENT_REQUESTS = 5
CONCURRENT_REQUESTS_PER_DOMAIN = 5
DOWNLOAD_SLOTS = {
    "cdx": {"concurrency": 1, "delay": 0},
    "replay": {"concurrency": 4, "delay": 0},
    "save": {"concurrency": 1, "delay": 0},
}
CONCURRENT_ITEMS = (
    2  # Scrapy starts as many tasks for each answer; most answers only lead to one request and one item
)
DOWNLOAD_DELAY = 0  # crawler/throttling/rate_limiter.py delays all requests together
DOWNLOAD_TIMEOUT = 120  # large index queries can take over 30 seconds (docs/wayback.md "Index errors")
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.ThrottledDownloadHandler",
    "https": "crawler.middlewares.ThrottledDownloadHandler",
}
# Scrapy calls each middleware for every request and answer; a crawl of a web archive has no use for these.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.WaybackRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Without those with which a user could control a running crawl over the network. Scrapy imports also what
# EXTENSIONS switches off: a web server, in a tenth of a second.
_OVER_NETWORK = ("scrapy.extensions.telnet.TelnetConsole", "scrapy.extensions.remote_control.RemoteControl")
EXTENSIONS_BASE = {
    name: place for name, place in default_settings.EXTENSIONS_BASE.items() if name not in _OVER_NETWORK
}
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip"}
RETRY_TIMES = 2
# The same codes as in EDGI's client. 429 is missing: it pauses all requests.
RETRY_HTTP_CODES = [413, 421, 500, 502, 503, 504, 599]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

ITEM_PIPELINES = {"crawler.pipelines.ExtractionPipeline": 100}

# Requests a minute. None: the default rate of the web archive (db/known_archives.py). 0: no limit.
CDX_PER_MINUTE = None
REPLAY_PER_MINUTE = None
# The pause in seconds after a 429 without Retry-After; each further pause is twice as long.
# EDGI's client waits 60 seconds too.
THROTTLE_PAUSE = 60.0

EXTRACTION_JOBS = 0  # worker processes; 0: one for each processor core
EXTRACTION_SECONDS = 30  # the limit of processor time for the extraction of one capture
HISTORY_SECONDS = 60  # the limit of processor time for the history of one policy
EXTRACTION_MEGABYTES = 2048  # the memory limit (address space) of one worker process

LOG_LEVEL = "INFO"
STATS_DUMP = False
