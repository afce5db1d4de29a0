"""The whole system with sample data, on one machine, with nothing installed."""
