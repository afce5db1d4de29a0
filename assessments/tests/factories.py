"""Factories for questions, quizzes, attempts and assignments."""
