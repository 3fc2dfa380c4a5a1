"""What all workers need, once for all of them. Only the process that starts the workers imports this.

It also reads a page. What the extraction loads or compiles for its first page is then ready in each worker.
"""

from crawler.workers import (
    interrupted_start,  # noqa: F401 - for what it does
    processes,  # noqa: F401 - each worker begins with a function of it
    tasks,
)

tasks.nothing_much()
