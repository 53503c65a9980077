"""Every cause of a diagnosis, from bytes, with a neighbour that must not get it."""
