"""Questions, quizzes and attempts; assignments and submissions; grades."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
