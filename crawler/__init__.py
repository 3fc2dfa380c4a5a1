"""The Scrapy project and the command line.

They fetch captures, extract their texts, and store both in an archive file.
"""
