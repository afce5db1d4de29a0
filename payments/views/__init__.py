"""The endpoints of selling: checkout, orders, coupons and earnings."""
