"""Real clients meet `ServerHandshake`, `ClientHandshake` meets real servers."""
