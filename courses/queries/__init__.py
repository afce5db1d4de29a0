"""Reads of courses: the pipelines, and the functions that render their documents."""
