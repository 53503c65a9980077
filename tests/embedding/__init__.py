"""Recipes for embedding the library: each is a file to copy, and runs here as a copy."""
