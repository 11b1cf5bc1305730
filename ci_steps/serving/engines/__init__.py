"""What can answer: each kind of model behind the one interface of `engine.py`."""
