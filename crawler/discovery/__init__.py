"""The search for all addresses that a retailer's privacy policy has or had."""
