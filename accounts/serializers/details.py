"""A response that is only a sentence."""

from rest_framework import serializers


class DetailSerializer(serializers.Serializer):
    detail = serializers.CharField()
