"""The static site: the pages of `db.web` as files that need no server of ours.

An address of the server is looked up in `addresses`, the page is requested from Datasette in this process by
`served_pages`, and its links are changed by `rewriting`. So pages and templates are those of the web.
"""
