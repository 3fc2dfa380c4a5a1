"""The steps of a crawl: list the captures of each page, choose some, and fetch these in order."""
