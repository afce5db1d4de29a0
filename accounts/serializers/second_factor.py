"""The second factor, as its owner sees it."""

from rest_framework import serializers

from lms.drf import DateTimeField


class SecondFactorSerializer(serializers.Serializer):
    """The state of your second factor."""

    enabled = serializers.BooleanField(help_text="Whether sign-ins require a code.")
    confirmed_at = DateTimeField(
        allow_null=True, help_text="Since when; null while none is set up."
    )
    recovery_codes_left = serializers.IntegerField(
        help_text="How many recovery codes are not used yet."
    )


class SecondFactorSetupSerializer(serializers.Serializer):
    """Returned only once. Scan `qr_code` with an authenticator app, then confirm with a code that it shows."""

    secret = serializers.CharField(help_text="For an app that cannot scan: to be typed in.")
    otpauth_url = serializers.CharField(help_text="For an app on the same device: a link to open.")
    qr_code = serializers.CharField(help_text="`otpauth_url` as an SVG image in a data: URL")


class SecondFactorCodeSerializer(serializers.Serializer):
    """A code of the authenticator app."""

    code = serializers.CharField(max_length=40, help_text="Six digits, as the app shows them now.")


class RecoveryCodesSerializer(serializers.Serializer):
    """Returned only once. Each code signs in once, in place of a code of the app."""

    recovery_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Each signs in once."
    )
