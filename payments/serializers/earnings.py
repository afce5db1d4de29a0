"""The earnings of an instructor."""

from rest_framework import serializers

from lms.drf import ObjectIdField


class SignedMoneySerializer(serializers.Serializer):
    """An amount in minor units of a currency; below zero if the instructor owes it."""

    amount = serializers.IntegerField(
        help_text="An integer in minor units of the currency: cents, whole yen."
    )
    currency = serializers.CharField(help_text="A lower-case ISO 4217 code.")


class EarningsCourseSerializer(serializers.Serializer):
    """A course that earned. If it is gone: its id, `Deleted course` and, as slug, the id."""

    id = ObjectIdField()
    slug = serializers.CharField()
    title = serializers.CharField()


class EarningsMonthSerializer(serializers.Serializer):
    """What one course earned in one month and currency."""

    month = serializers.CharField(help_text="`2026-11`, in UTC.")
    course = EarningsCourseSerializer()
    sales = serializers.IntegerField(help_text="Paid orders.")
    earned = SignedMoneySerializer(help_text="Your share, less what was taken back.")


class EarningsSerializer(serializers.Serializer):
    """The balances of an instructor, and what each month brought."""

    balance = SignedMoneySerializer(help_text="In the first currency of the platform.")
    balances = SignedMoneySerializer(many=True, help_text="One per currency.")
    months = EarningsMonthSerializer(
        many=True, help_text="One per month, course and currency, newest first."
    )
