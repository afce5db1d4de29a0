"""Which orders are answered from our rows, and for how long."""

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from payments.fulfilment import freshness
from payments.models import Order

pytestmark = pytest.mark.django_db


def test_a_settled_order_is_fresh_for_a_while_only(bought, monkeypatch):
    freshness.sync_and_remember(bought)
    assert freshness.is_fresh(Order.objects.get())
    cache.clear()
    monkeypatch.setattr(freshness, "FRESH_SECONDS", 0)
    freshness.sync_and_remember(bought)
    assert not freshness.is_fresh(Order.objects.get())


def test_without_a_cache_no_order_is_fresh(bought, monkeypatch):
    class Away:
        def get(self, *_, **__):
            raise RedisError

        set = get

    monkeypatch.setattr(freshness, "cache", Away())
    freshness.sync_and_remember(bought)
    assert not freshness.is_fresh(bought)
