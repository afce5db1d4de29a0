"""A stand-in for Stripe on loopback: Checkout with its hosted page, refunds, disputes and webhooks.

The real SDK talks to it, in one API version. Cards, subscriptions, Connect and payouts are missing.
"""
