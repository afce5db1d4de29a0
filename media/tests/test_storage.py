"""Images at Cloudinary, through the storage of image fields."""

import inspect
import re
from io import BytesIO

import httpx
import pytest
import uritemplate
from cloudinary_storage.storage import MediaCloudinaryStorage
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from lms import images
from lms.exceptions import MediaUnavailable
from media import cloud, delivery
from media.exceptions import MediaRejected
from media.models import Deletion
from media.storage import ImageStorage

pytestmark = pytest.mark.django_db


def picture(width=900, height=600) -> ContentFile:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return ContentFile(out.getvalue())


@pytest.fixture
def store(sandbox):
    return storages["images"]


def test_a_stored_image_is_named_by_us_with_its_format(store, student):
    student.avatar.save("my holiday.PNG", picture())
    prefix, directory, name = student.avatar.name.split("/")
    assert (prefix, directory) == ("lms", "avatars")
    assert len(name) == 36
    assert name.endswith(".jpg")


def test_storing_an_image_takes_one_request_with_neither_tags_nor_the_users_file_name(
    store, sent_to_cloudinary
):
    store.save("avatars/my holiday.jpg", picture())
    [request] = sent_to_cloudinary()
    assert "tags" not in request["form"]
    assert "holiday" not in str(request)


def test_an_image_under_an_earlier_prefix_keeps_its_url(store):
    url = store.url("earlier/avatars/x.jpg")
    assert url.endswith("/earlier/avatars/x.jpg")
    assert "lms" not in url


def test_every_method_of_the_package_that_sends_a_request_is_overridden():
    sends = re.compile(r"\b(requests|cloudinary|get_resources_by_path)\b")
    methods = inspect.getmembers(MediaCloudinaryStorage, inspect.isfunction)
    own = vars(MediaCloudinaryStorage)
    senders = {
        name for name, method in methods if name in own and sends.search(inspect.getsource(method))
    }
    assert "_upload" in senders
    assert senders <= vars(ImageStorage).keys()


def test_the_package_is_not_installed_as_an_app():
    assert "cloudinary_storage" not in settings.INSTALLED_APPS


def test_an_image_is_served_in_its_directorys_size(store, student):
    student.avatar.save("me.jpg", picture())
    served = httpx.get(student.avatar.url)
    assert served.status_code == 200
    assert Image.open(BytesIO(served.content)).size == (256, 256)
    assert "f_auto,q_auto" in student.avatar.url


def test_a_browser_that_accepts_webp_gets_webp(store, student):
    student.avatar.save("me.jpg", picture())
    served = httpx.get(student.avatar.url, headers={"Accept": "image/webp,*/*"})
    assert served.headers["content-type"] == "image/webp"


def test_every_width_of_the_srcset_is_served(store):
    srcset = delivery.srcset(store.save("thumbnails/x.jpg", picture()))
    urls = [srcset["base"].replace("{width}", str(width)) for width in srcset["widths"]]
    sizes = [Image.open(BytesIO(httpx.get(url).content)).size for url in urls]
    assert sizes == [(320, 180), (640, 360), (1280, 720)]


# A picture that was moved in keeps the name that it had.
@pytest.mark.parametrize("name", ["lms/thumbnails/x.jpg", "covers/w_320,{width} %7Bwidth%7D é.png"])
def test_the_srcset_is_a_uri_template_of_the_urls_of_its_widths(name):
    srcset = delivery.srcset(name)
    assert uritemplate.variables(srcset["base"]) == {"width"}
    for width in srcset["widths"]:
        url = delivery.sized_url(name, width=width, aspect_ratio="16:9")
        assert f"w_{width}/" in url
        assert srcset["base"].replace("{width}", str(width)) == url
        assert uritemplate.expand(srcset["base"], width=width) == url


def test_the_url_of_a_thumbnail_is_the_largest_of_its_srcset(store):
    name = "lms/thumbnails/x.jpg"
    srcset = delivery.srcset(name)
    assert store.url(name) == srcset["base"].replace("{width}", str(max(srcset["widths"])))


def test_a_stored_image_can_be_opened_and_has_a_size(store):
    name = store.save("avatars/x.jpg", picture())
    assert store.exists(name)
    assert store.size(name) == len(picture())
    with store.open(name) as file:
        assert Image.open(file).size == (900, 600)


def test_an_unknown_image_is_not_found(store):
    name = "lms/avatars/" + "0" * 32 + ".jpg"
    assert not store.exists(name)
    with pytest.raises(FileNotFoundError):
        store.size(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_a_deleted_image_does_not_exist(store):
    name = store.save("avatars/x.jpg", picture())
    images.delete_image.enqueue(name)
    assert not store.exists(name)
    assert not Deletion.objects.exists()


def test_deleting_an_unknown_image_succeeds(store):
    store.delete("lms/avatars/" + "0" * 32 + ".jpg")
    assert not Deletion.objects.exists()


def test_a_large_image_is_uploaded_in_parts(store, sent_to_cloudinary, settings):
    settings.CLOUDINARY_CHUNK_BYTES = 64 * 1024
    noise = Image.effect_noise((700, 700), 100)
    out = BytesIO()
    noise.save(out, "PNG")
    name = store.save("thumbnails/x.png", ContentFile(out.getvalue()))
    assert len(sent_to_cloudinary()) == -(-len(out.getvalue()) // (64 * 1024)) > 1
    assert store.size(name) == len(out.getvalue())


def test_a_file_that_cloudinary_rejects_is_refused(store):
    with pytest.raises(MediaRejected):
        store.save("avatars/x.jpg", ContentFile(b"not a picture"))


def test_an_empty_file_is_refused(store, sent_to_cloudinary):
    with pytest.raises(MediaRejected):
        store.save("avatars/x.jpg", ContentFile(b""))
    assert sent_to_cloudinary() == []


@pytest.mark.parametrize("how", [{"mode": "status"}, {"mode": "html"}, {"mode": "drop"}])
def test_every_method_raises_media_unavailable_during_an_outage(store, fault, how):
    name = store.save("avatars/x.jpg", picture())
    fault(**how)
    for act in (
        lambda: store.save("avatars/x.jpg", picture()),
        lambda: store.exists(name),
        lambda: store.size(name),
    ):
        with pytest.raises(MediaUnavailable):
            act()


def test_an_image_that_could_not_be_deleted_is_recorded(store, fault):
    name = store.save("avatars/x.jpg", picture())
    fault("status")
    store.delete(name)
    fault("none")
    assert store.exists(name)
    assert Deletion.objects.get().attempts == 1


def test_an_image_that_arrived_without_a_response_is_deleted(store, fault):
    fault("lose", count=cloud.MAX_PART_TRIES)
    with pytest.raises(MediaUnavailable):
        store.save("avatars/x.jpg", picture())
    assert list(cloud.list_pages("image", "upload", "lms/")) == [[]]
    assert not Deletion.objects.exists()
