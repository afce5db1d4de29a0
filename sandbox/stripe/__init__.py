"""A Stripe stand-in: Checkout with its hosted page, refunds, disputes and webhooks, on loopback.

It speaks one API version to the real SDK. Cards, subscriptions, Connect and payouts are not here.
"""
