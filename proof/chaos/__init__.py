"""A whole site amid trouble: proxy, two API processes, two workers, the clock and Redis, killed and frozen at random."""
