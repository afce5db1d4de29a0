"""A response that is only a sentence."""

from rest_framework import serializers


class MessageSerializer(serializers.Serializer):
    """A sentence for people."""

    detail = serializers.CharField(help_text="What happened and what to do, to be shown as it is.")
