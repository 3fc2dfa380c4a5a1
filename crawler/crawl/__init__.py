"""What a crawl does with one source: list captures, choose some, fetch them in order."""
