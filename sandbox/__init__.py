"""Everything that lets the system run with nothing installed and no account anywhere."""
