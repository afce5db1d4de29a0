"""The whole journey over HTTP, as two browsers make it."""
