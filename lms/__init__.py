"""Wiring, and what two or more apps share."""

__version__ = "0.2.0.dev0"
"""The version of the software. `BUILD` may add which build of it this is."""
