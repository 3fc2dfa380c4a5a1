"""What a bulk run reads: files, archive files of policytrail, and rows of an index."""
