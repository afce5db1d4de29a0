"""A proof by experiment that the money and the grades are right, whatever happens to events, clicks and processes.

`make proof` runs all parts; each prints every violation, and the command that repeats it.

`python -m proof` makes up thousands of purchase histories from a seed: coupons, several tabs, late payments, refunds,
disputes; meanwhile prices change, courses, categories, coupons and accounts are deleted, students study and take that
back, staff end what was bought. It delivers each event of Stripe zero to three times in random order from four threads, crashes work before and
after each of its database commands in turn, and reconciles once. Then it asks Stripe's stand-in, not our database: at
most one charge per purchase is kept, access is what the money says, nothing is refunded by request after it was
studied, who has left is forgotten, no row refers to one that is gone, the books balance and agree with Stripe's.
`--seed=S --batch=N` repeats one batch.

`python -m proof --of attempts` does the same to attempts at quizzes: see `proof.attempts`.

`python -m proof.killed` kills the API (SIGKILL) while hundreds of people pay at the same time, loses every later webhook,
reconciles once, and checks that exactly those who have paid are enrolled.
"""
