"""The complete operations: crawl, save, import, rebuild, merge, verify and repair."""
