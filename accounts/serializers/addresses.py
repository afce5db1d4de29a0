"""The verification of an e-mail address."""

from rest_framework import serializers


class VerifyEmailSerializer(serializers.Serializer):
    """The token of a mailed link."""

    token = serializers.CharField(max_length=200, help_text="The `token` of the link.")


class EmailVerificationSerializer(serializers.Serializer):
    """The result of a verification."""

    email_verified = serializers.BooleanField(help_text="Always true.")
