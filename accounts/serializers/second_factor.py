"""The second factor, as its owner sees it."""

from rest_framework import serializers


class SecondFactorSerializer(serializers.Serializer):
    enabled = serializers.BooleanField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()


class EnrolmentSerializer(serializers.Serializer):
    """Shown once. Show `qr_code` to the authenticator app, then confirm with a code of it."""

    secret = serializers.CharField()
    otpauth_url = serializers.CharField()
    qr_code = serializers.CharField(help_text="`otpauth_url` as an SVG image in a data: URL")


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40)


class RecoveryCodesSerializer(serializers.Serializer):
    """Shown once. Each signs in once, where the app is not at hand."""

    recovery_codes = serializers.ListField(child=serializers.CharField())
