"""The whole journey from sign-up to certificate over HTTP, in the browsers of three people."""
