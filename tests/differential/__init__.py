"""The same bytes through this library and through other projects' parsers: who reads what."""
