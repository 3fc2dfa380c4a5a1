"""Derive many archive files of captures on many machines, with results as Parquet (docs/bulk.md)."""
