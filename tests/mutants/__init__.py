"""Changes the built-in regulations, one value at a time, and asks whether a case notices."""
