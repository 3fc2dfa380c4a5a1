"""The ledger of promises: when each began and ended, whatever its words."""
