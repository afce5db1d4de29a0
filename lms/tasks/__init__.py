"""Tasks in MongoDB: written with the change that they follow from, run by `manage.py worker`, tried again when they fail.

A task is a row of `QueuedTask`. Enqueued inside a transaction, it is there if and only if that transaction is committed.
A worker takes a row by compare-and-set and holds it by a lease that it renews, so that the task of a killed worker is due
again when the lease ends. Arguments are JSON, and a name runs only what `@task` has decorated.
"""
