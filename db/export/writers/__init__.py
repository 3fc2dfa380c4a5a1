"""Writers of tables: JSON Lines, Parquet and CSV, each for every table."""
