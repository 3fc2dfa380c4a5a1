"""The page of a retailer: its timeline, its versions, and the evidence for every date."""
