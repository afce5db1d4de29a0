"""The database engine of the proof; Django's `ENGINE` names this package."""
