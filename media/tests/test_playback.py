"""Playback: what its URLs open, and for how long."""

from datetime import timedelta

import httpx
import pytest
from bson import ObjectId
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from media import cloud, delivery
from media.exceptions import NotReady
from media.models import Asset, PlaybackGrant
from media.queries.playback import render_captions
from media.services import assets, playback
from media.tests.factories import AssetFactory, CaptionsFactory
from media.tests.videos import video
from sandbox import server

pytestmark = pytest.mark.django_db

LECTURE = ObjectId()
TOKEN_KEY = "00112233445566778899aabbccddeeff"


def start(asset, user, lecture=LECTURE, **options):
    return playback.start(asset, user=user, lecture_id=lecture, **options)


@pytest.fixture
def stored(instructor, sandbox, mp4):
    return assets.store(instructor, "video", mp4)


@pytest.fixture
def with_tokens(settings):
    """A Cloudinary with token authentication, whose key is in our settings."""
    other = server.start_in_thread(cloudinary_token_key=TOKEN_KEY)
    settings.CLOUDINARY_API_BASE = other.url
    settings.CLOUDINARY_TOKEN_KEY = TOKEN_KEY
    settings.CLOUDINARY_STREAMING = True
    cloud.configure()
    yield other
    settings.CLOUDINARY_API_BASE = None
    other.stop()


@pytest.fixture(autouse=True)
def _configured(settings):
    before = settings.CLOUDINARY_API_BASE
    yield
    settings.CLOUDINARY_API_BASE = before
    cloud.configure()


def test_a_video_plays_from_any_position(stored, student):
    player = start(stored, student)
    assert set(player) == {"url", "expires_at", "poster", "captions"}
    whole = httpx.get(player["url"])
    assert (whole.status_code, whole.content) == (200, video())
    part = httpx.get(player["url"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, video()[100:200])


def test_the_url_stops_working_at_expires_at(stored, student, settings):
    player = start(stored, student)
    left = player["expires_at"] - timezone.now()
    assert timedelta(hours=3, minutes=59) < left <= timedelta(hours=4)
    settings.PLAYBACK_LIFETIME = timedelta(seconds=-5)
    assert httpx.get(start(stored, student)["url"]).status_code == 401


def test_the_expiry_of_a_url_cannot_be_changed(stored, student):
    url = httpx.URL(start(stored, student)["url"])
    later = url.copy_set_param("expires_at", "99999999999")
    assert httpx.get(later).status_code == 401
    assert httpx.get(url.copy_remove_param("expires_at")).status_code == 401


@pytest.mark.parametrize("verb", ["destroy", "explicit", "upload"])
def test_the_signature_of_a_url_permits_nothing_but_playing(stored, student, is_stored, verb):
    url = httpx.URL(start(stored, student)["url"])
    target = url.copy_with(path=url.path.replace("/download", f"/{verb}"), query=None)
    files = {"file": ("x.mp4", video(seconds=1))}
    player = httpx.post(target, data=dict(url.params), files=files)
    assert player.status_code == 400
    assert "Stale request" in player.text
    assert is_stored(stored.stored)
    assert httpx.get(url).content == video()


def test_the_signature_of_a_poster_permits_nothing_but_the_poster(stored, student):
    poster = start(stored, student)["poster"]
    picture = httpx.get(poster)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert httpx.get(poster.replace(".jpg", ".mp4")).status_code == 401
    forged = poster.replace(poster.partition("/s--")[2].partition("--/")[0], "x" * 32)
    assert httpx.get(forged).status_code == 401


def test_a_format_that_browsers_do_not_play_is_converted_to_mp4(student):
    url = start(AssetFactory(format="mkv"), student)["url"]
    assert httpx.URL(url).params["format"] == "mp4"
    assert httpx.URL(start(AssetFactory(format="webm"), student)["url"]).params["format"] == "webm"


def test_captions_come_with_their_language(instructor, stored, student):
    file = SimpleUploadedFile("Intro.pt-BR.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nOi\n")
    captions = assets.store(instructor, "captions", file)
    waiting = CaptionsFactory(status="pending")
    [track] = start(stored, student, captions=[captions, waiting])["captions"]
    assert (track["id"], track["label"], track["language"]) == (
        captions.pk,
        "Intro.pt-BR",
        "pt-BR",
    )
    served = httpx.get(track["url"])
    assert served.text.startswith("WEBVTT")
    assert served.headers["content-type"].startswith("text/vtt")


def test_the_label_of_captions_is_their_name_without_the_extension():
    track = render_captions(CaptionsFactory.build(original_name="Intro.VTT"), timezone.now())
    assert (track["label"], track["language"]) == ("Intro", None)


def test_a_download_has_the_name_of_the_file_and_expires(instructor, sandbox, settings):
    content = b"%PDF-1.7 slides"
    asset = assets.store(instructor, "file", SimpleUploadedFile("My slides.pdf", content))
    url = delivery.download_url(asset.stored, asset.original_name)
    served = httpx.get(url)
    assert (served.status_code, served.content) == (200, content)
    assert served.headers["content-disposition"] == "attachment; filename*=UTF-8''My%20slides.pdf"
    assert httpx.URL(url).params["target_filename"] == "My slides.pdf"
    settings.PLAYBACK_LIFETIME = timedelta(seconds=-5)
    assert httpx.get(delivery.download_url(asset.stored, asset.original_name)).status_code == 401


def test_hls_without_a_token_key_has_no_expires_at(stored, student, settings):
    settings.CLOUDINARY_STREAMING = True
    assets.receive_stream(stored)
    player = start(stored, student)
    assert player["expires_at"] is None
    playlist = httpx.get(player["url"])
    assert playlist.status_code == 200
    assert playlist.text.startswith("#EXTM3U")


def test_hls_with_a_token_expires_and_opens_one_video_only(
    with_tokens, instructor, student, settings
):
    one, other = (
        assets.store(instructor, "video", SimpleUploadedFile("x.mp4", video())) for _ in range(2)
    )
    for asset in (one, other):
        assets.receive_stream(asset)
        asset.refresh_from_db()
    player = start(one, student)
    assert player["expires_at"] > timezone.now()
    url = httpx.URL(player["url"])
    assert "__cld_token__" in url.params
    assert "s--" not in url.path
    playlist = httpx.get(url)
    assert playlist.status_code == 200
    pieces = [line for line in playlist.text.splitlines() if line.startswith("http")]
    assert pieces
    assert all(httpx.get(piece).status_code == 200 for piece in pieces)
    token = url.query.decode()
    assert httpx.get(str(player["url"]).partition("?")[0]).status_code == 401
    elsewhere = delivery.stream_url(other.stored, other.version, player["expires_at"])
    assert httpx.get(f"{elsewhere.partition('?')[0]}?{token}").status_code == 401
    settings.PLAYBACK_LIFETIME = timedelta(seconds=-5)
    assert httpx.get(start(one, student)["url"]).status_code == 401


def test_a_video_without_a_stream_plays_as_a_file(stored, student, settings):
    settings.CLOUDINARY_STREAMING = True
    assert httpx.get(start(stored, student)["url"]).content == video()


@pytest.mark.parametrize("status", ["pending", "uploading", "processing", "failed"])
def test_an_asset_that_is_not_ready_is_not_played(student, status):
    with pytest.raises(NotReady):
        start(AssetFactory(status=status), student)
    assert not PlaybackGrant.objects.exists()


def test_starting_a_playback_sends_nothing_to_cloudinary(stored, student, sent_to_cloudinary):
    before = len(sent_to_cloudinary())
    start(stored, student)
    assert len(sent_to_cloudinary()) == before
    assert Asset.objects.get().is_ready
