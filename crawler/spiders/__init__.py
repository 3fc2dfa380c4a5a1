"""The spiders. Each of them also runs as `scrapy crawl NAME -a ARGUMENT=VALUE`."""
