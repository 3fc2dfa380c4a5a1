"""The spiders; each also runs as `scrapy crawl NAME -a …`."""
