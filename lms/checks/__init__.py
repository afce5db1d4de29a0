"""What must be true before anything is served: of the settings, and of the database."""
