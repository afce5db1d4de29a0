"""The endpoints under `auth/` and `users/me`."""
