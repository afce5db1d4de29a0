"""What assessments keep of a person: its export and its erasure."""
