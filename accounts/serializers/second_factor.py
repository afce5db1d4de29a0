"""The second factor, as its owner sees it."""

from rest_framework import serializers

from lms.drf import DateTimeField


class SecondFactorSerializer(serializers.Serializer):
    enabled = serializers.BooleanField()
    confirmed_at = DateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()


class SecondFactorSetupSerializer(serializers.Serializer):
    """Returned only once. Scan `qr_code` with an authenticator app, then confirm with a code that it shows."""

    secret = serializers.CharField()
    otpauth_url = serializers.CharField()
    qr_code = serializers.CharField(help_text="`otpauth_url` as an SVG image in a data: URL")


class SecondFactorCodeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40)


class RecoveryCodesSerializer(serializers.Serializer):
    """Returned only once. Each code signs in once, in place of a code of the app."""

    recovery_codes = serializers.ListField(child=serializers.CharField())
