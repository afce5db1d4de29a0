from django.core.files.storage import FileSystemStorage


class ImageStorage(FileSystemStorage):
    """Replaced by the media owner."""
