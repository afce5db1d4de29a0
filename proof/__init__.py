"""The proof: whatever becomes of events, clicks and processes, the money is right in the end.

`python -m proof` makes up histories of purchases, delivers their events zero to three times each in
random order from four threads, crashes at each database command in turn, lets the reconciler run once, and then asks
Stripe's stand-in what the truth is.
"""
