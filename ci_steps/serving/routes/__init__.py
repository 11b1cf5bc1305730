"""What the service has at its paths: one file for each protocol or page, listed in `table.py`."""
