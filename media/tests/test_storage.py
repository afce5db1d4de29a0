"""Images at Cloudinary, through the field's storage."""

from io import BytesIO

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from lms import images
from media import cloud, storage
from media.exceptions import MediaRejected, MediaUnavailable
from media.models import Deletion

pytestmark = pytest.mark.django_db


def picture(width=900, height=600) -> ContentFile:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return ContentFile(out.getvalue())


@pytest.fixture
def store(sandbox):
    return storages["images"]


def test_a_stored_image_has_a_name_of_ours_with_its_format(store, student):
    student.avatar.save("my holiday.PNG", picture())
    prefix, directory, name = student.avatar.name.split("/")
    assert (prefix, directory) == ("lms", "avatars")
    assert len(name) == 36
    assert name.endswith(".jpg")


def test_an_image_is_served_in_its_directorys_size(store, student):
    student.avatar.save("me.jpg", picture())
    served = httpx.get(student.avatar.url)
    assert served.status_code == 200
    assert Image.open(BytesIO(served.content)).size == (256, 256)
    assert "f_auto,q_auto" in student.avatar.url


def test_a_browser_that_takes_webp_gets_it(store, student):
    student.avatar.save("me.jpg", picture())
    served = httpx.get(student.avatar.url, headers={"Accept": "image/webp,*/*"})
    assert served.headers["content-type"] == "image/webp"


def test_every_size_of_a_card_is_served(store):
    name = store.save("thumbnails/x.jpg", picture())
    urls = storage.srcset(name)
    sizes = {width: Image.open(BytesIO(httpx.get(url).content)).size for width, url in urls.items()}
    assert sizes == {"320w": (320, 180), "640w": (640, 360), "1280w": (1280, 720)}


def test_an_image_can_be_read_measured_and_found(store):
    name = store.save("avatars/x.jpg", picture())
    assert store.exists(name)
    assert store.size(name) == len(picture())
    with store.open(name) as file:
        assert Image.open(file).size == (900, 600)


def test_an_image_that_is_not_there_is_not_found(store):
    name = "lms/avatars/" + "0" * 32 + ".jpg"
    assert not store.exists(name)
    with pytest.raises(FileNotFoundError):
        store.size(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_a_deleted_image_is_gone(store):
    name = store.save("avatars/x.jpg", picture())
    images.delete_image.enqueue(name)
    assert not store.exists(name)
    assert not Deletion.objects.exists()


def test_deleting_what_is_gone_is_done(store):
    store.delete("lms/avatars/" + "0" * 32 + ".jpg")
    assert not Deletion.objects.exists()


def test_a_large_image_goes_in_parts(store, asked, settings):
    settings.CLOUDINARY_CHUNK_BYTES = 64 * 1024
    noise = Image.effect_noise((700, 700), 100)
    out = BytesIO()
    noise.save(out, "PNG")
    name = store.save("thumbnails/x.png", ContentFile(out.getvalue()))
    assert len(asked()) == -(-len(out.getvalue()) // (64 * 1024)) > 1
    assert store.size(name) == len(out.getvalue())


def test_what_cloudinary_does_not_take_for_an_image_is_refused(store):
    with pytest.raises(MediaRejected):
        store.save("avatars/x.jpg", ContentFile(b"not a picture"))


def test_an_empty_file_is_refused(store, asked):
    with pytest.raises(MediaRejected):
        store.save("avatars/x.jpg", ContentFile(b""))
    assert asked() == []


@pytest.mark.parametrize("how", [{"mode": "status"}, {"mode": "html"}, {"mode": "drop"}])
def test_an_outage_says_so_everywhere(store, trouble, how):
    name = store.save("avatars/x.jpg", picture())
    trouble(**how)
    for act in (
        lambda: store.save("avatars/x.jpg", picture()),
        lambda: store.exists(name),
        lambda: store.size(name),
    ):
        with pytest.raises(MediaUnavailable):
            act()


def test_an_image_that_could_not_be_deleted_is_remembered(store, trouble):
    name = store.save("avatars/x.jpg", picture())
    trouble("status")
    store.delete(name)
    trouble("none")
    assert store.exists(name)
    assert Deletion.objects.get().attempts == 1


def test_an_image_that_arrived_though_no_answer_came_is_deleted(store, trouble):
    trouble("lose", count=cloud.PART_TRIES)
    with pytest.raises(MediaUnavailable):
        store.save("avatars/x.jpg", picture())
    assert list(cloud.listed("image", "upload", "lms/")) == [[]]
    assert not Deletion.objects.exists()
