"""The endpoints of "Signing in" and "People"."""
