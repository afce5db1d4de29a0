"""The verification of an e-mail address."""

from rest_framework import serializers


class VerifyEmailSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=200)


class EmailVerificationSerializer(serializers.Serializer):
    email_verified = serializers.BooleanField()
