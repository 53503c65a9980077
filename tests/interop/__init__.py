"""Real clients against a server built on `ServerHandshake`, `ClientHandshake` against real servers."""
