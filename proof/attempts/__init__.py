"""Attempts under every disorder: what `python -m proof --of attempts` plays.

It makes up thousands of histories of attempts from a seed: students start in several tabs, answer, change their minds, answer late,
submit twice or never; meanwhile the clock closes what is over time, the instructor changes keys, regrades, grades essays and gives
more attempts, and access ends and comes back. Every request is crashed before and after each of its database commands in turn, and
many are sent twice. In the end every grade is computed again, once by the product from what was frozen and once by a table of the
proof's own.
"""
