"""The bundled archive of ten fictional shops, 1998 to 2024, with the true history of their policies."""
