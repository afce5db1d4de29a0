import uuid

import factory

from accounts.tests.factories import UserFactory
from media.models import Asset


class AssetFactory(factory.django.DjangoModelFactory):
    """A video that is ready to play according to the database. Cloudinary has no such file."""

    class Meta:
        model = Asset
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory, role="instructor")
    kind = Asset.Kind.VIDEO
    status = Asset.Status.READY
    public_id = factory.LazyFunction(lambda: f"lms/videos/{uuid.uuid4().hex}")
    version = 1
    format = "mp4"
    bytes = 1_000_000
    duration_seconds = 60
    original_name = factory.Sequence(lambda n: f"lecture-{n}.mp4")


class FileFactory(AssetFactory):
    """A file to download."""

    kind = Asset.Kind.FILE
    public_id = factory.LazyFunction(lambda: f"lms/files/{uuid.uuid4().hex}.pdf")
    format = "pdf"
    duration_seconds = None
    original_name = factory.Sequence(lambda n: f"slides-{n}.pdf")


class CaptionsFactory(AssetFactory):
    """WebVTT captions."""

    kind = Asset.Kind.CAPTIONS
    public_id = factory.LazyFunction(lambda: f"lms/captions/{uuid.uuid4().hex}.vtt")
    format = "vtt"
    duration_seconds = None
    original_name = "english.vtt"
