"""Playback: how long its URLs work, and how many devices may play at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from bson import ObjectId
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from media import cloud, delivery
from media.exceptions import NotReady, TooManyStreams
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
    answer = start(stored, student)
    assert set(answer) == {"url", "expires_at", "poster", "captions"}
    whole = httpx.get(answer["url"])
    assert (whole.status_code, whole.content) == (200, video())
    part = httpx.get(answer["url"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, video()[100:200])


def test_the_url_stops_working_at_expires_at(stored, student, settings):
    answer = start(stored, student)
    left = answer["expires_at"] - timezone.now()
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
    answer = httpx.post(target, data=dict(url.params), files=files)
    assert answer.status_code == 400
    assert "Stale request" in answer.text
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


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en.vtt", "en"),
        ("intro.de.vtt", "de"),
        ("intro_fra.vtt", "fra"),
        ("captions.vtt", None),
        ("x.zh-Hant.vtt", "zh-Hant"),
    ],
)
def test_the_language_of_captions_is_read_from_their_name(name, language):
    track = render_captions(CaptionsFactory.build(original_name=name), timezone.now())
    assert track["language"] == language


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
    answer = start(stored, student)
    assert answer["expires_at"] is None
    playlist = httpx.get(answer["url"])
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
    answer = start(one, student)
    assert answer["expires_at"] > timezone.now()
    url = httpx.URL(answer["url"])
    assert "__cld_token__" in url.params
    assert "s--" not in url.path
    playlist = httpx.get(url)
    assert playlist.status_code == 200
    pieces = [line for line in playlist.text.splitlines() if line.startswith("http")]
    assert pieces
    assert all(httpx.get(piece).status_code == 200 for piece in pieces)
    token = url.query.decode()
    assert httpx.get(str(answer["url"]).partition("?")[0]).status_code == 401
    elsewhere = delivery.stream_url(other.stored, other.version, answer["expires_at"])
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


def test_a_playback_is_logged_for_a_month(student):
    asset = AssetFactory()
    start(asset, student, device="laptop")
    row = PlaybackGrant.objects.get()
    assert (row.user, row.device, row.lecture, row.asset) == (
        student,
        "laptop",
        LECTURE,
        asset.pk,
    )
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert row.held_until - row.created_at == timedelta(seconds=60)


def test_a_stream_is_reserved_for_at_most_the_lease(student, settings):
    start(AssetFactory(duration_seconds=36_000), student)
    row = PlaybackGrant.objects.get()
    assert row.held_until - row.created_at == settings.PLAYBACK_LEASE


def test_the_fourth_device_is_refused(student):
    asset = AssetFactory(duration_seconds=300)
    for device in ("laptop", "phone", "tablet"):
        start(asset, student, device=device)
    with pytest.raises(TooManyStreams) as refused:
        start(asset, student, device="television")
    assert (refused.value.status_code, refused.value.default_code) == (429, "too_many_streams")
    assert 290 <= refused.value.wait <= 300
    assert PlaybackGrant.objects.count() == 3


def test_one_device_may_play_lecture_after_lecture(student):
    asset = AssetFactory()
    for _ in range(10):
        start(asset, student, lecture=ObjectId(), device="laptop")


def test_the_same_lecture_on_the_same_device_has_one_grant(student):
    asset = AssetFactory(duration_seconds=300)
    for device in ("laptop", "phone", "tablet", "laptop", "phone"):
        start(asset, student, device=device)
    assert PlaybackGrant.objects.count() == 3


def test_without_a_device_each_lecture_counts_as_one(student, settings):
    settings.PLAYBACK_STREAMS = 2
    asset, lectures = AssetFactory(), [ObjectId() for _ in range(3)]
    for lecture in (lectures[0], lectures[1], lectures[0]):
        start(asset, student, lecture=lecture)
    with pytest.raises(TooManyStreams):
        start(asset, student, lecture=lectures[2])


def test_an_expired_lease_frees_its_stream(student):
    asset = AssetFactory()
    for device in ("laptop", "phone", "tablet"):
        start(asset, student, device=device)
    phone = PlaybackGrant.objects.filter(device="phone")
    phone.update(held_until=timezone.now() - timedelta(seconds=1))
    start(asset, student, device="television")
    with pytest.raises(TooManyStreams):
        start(asset, student, device="phone")


def test_streams_are_counted_per_user(student, other_student, settings):
    settings.PLAYBACK_STREAMS = 1
    asset = AssetFactory()
    start(asset, student, device="a")
    start(asset, other_student, device="b")


@pytest.mark.parametrize("visitor", [None, AnonymousUser()])
def test_visitors_are_neither_counted_nor_logged(visitor):
    asset = AssetFactory()
    for _ in range(5):
        assert start(asset, visitor, lecture=ObjectId())["url"]
    assert not PlaybackGrant.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_devices_at_the_same_moment_exactly_three_play(student):
    asset = AssetFactory()

    def play(device):
        try:
            start(asset, student, device=device)
        except TooManyStreams:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        played = sum(pool.map(play, [f"device {number}" for number in range(8)]))
    assert played == 3


def test_starting_a_playback_costs_two_commands(student, commands):
    asset, user = AssetFactory(), SimpleNamespace(pk=student.pk, is_authenticated=True)
    with commands() as sent:
        start(asset, user, device="laptop")
    assert [event.command_name for event in sent] == ["findAndModify", "aggregate"]


def test_starting_a_playback_sends_nothing_to_cloudinary(stored, student, sent_to_cloudinary):
    before = len(sent_to_cloudinary())
    start(stored, student)
    assert len(sent_to_cloudinary()) == before
    assert Asset.objects.get().is_ready
