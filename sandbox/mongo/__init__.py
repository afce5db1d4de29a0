"""A MongoDB server in Python, for development, tests and demos."""
