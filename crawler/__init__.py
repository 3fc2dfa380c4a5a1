"""The Scrapy project and the command line: gets captures, has them extracted, hands them to the archive."""
