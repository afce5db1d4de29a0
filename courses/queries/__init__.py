"""The reads that everybody makes: one pipeline each, and one function that renders what it found."""
