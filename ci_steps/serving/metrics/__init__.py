"""What the service counts, and how Prometheus reads it: numbers alone, never a value of a row."""
