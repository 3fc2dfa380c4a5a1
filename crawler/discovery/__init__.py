"""Finding the addresses at which a retailer's privacy policy lived."""
