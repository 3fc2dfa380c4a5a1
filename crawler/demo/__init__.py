"""The bundled demo archive: captures of ten fictional shops, 1998 to 2024, and what is true of them (see README.md)."""
