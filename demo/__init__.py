"""The whole system with sample data, on one machine, without installing a server."""
