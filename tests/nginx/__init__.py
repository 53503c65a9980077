"""The command line on both sides of a real nginx: the cause at each end, and the printed fix."""
