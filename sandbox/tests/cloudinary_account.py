"""An account at the Cloudinary stand-in for its tests, and files to upload."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx
from cloudinary import uploader, utils
from PIL import Image

from sandbox import server

CLOUD, KEY, SECRET = "sandbox", "100000000000000", "sandbox-secret"
TOKEN_KEY = "00112233aabbccdd"
PART = 64 * 1024
PROTECTED = {"resource_type": "video", "type": "authenticated"}


@dataclass(frozen=True)
class Account:
    """An account of a running sandbox, used through the real SDK without its global settings."""

    sandbox: server.Sandbox

    @property
    def url(self) -> str:
        """Return the address of the sandbox."""
        return self.sandbox.url

    @property
    def api(self) -> dict[str, Any]:
        """Return the options of every call of the SDK's APIs."""
        keys = {"cloud_name": CLOUD, "api_key": KEY, "api_secret": SECRET}
        return keys | {"upload_prefix": self.url, "timeout": 10}

    def upload(self, content: bytes, public_id: str, **options: Any) -> dict[str, Any]:
        """Upload with the SDK."""
        return uploader.upload(BytesIO(content), public_id=public_id, **options, **self.api)

    @staticmethod
    def sign(fields: dict[str, Any], secret: str = SECRET, **how: Any) -> dict[str, Any]:
        """Return the fields of a request, signed as the SDK does it, now unless they have a timestamp."""
        fields = {"timestamp": utils.now()} | fields
        signature = utils.api_sign_request(fields, secret, **how)
        return fields | {"api_key": KEY, "signature": signature}

    def post(
        self, path: str, fields: dict[str, Any], content: bytes | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form as a browser does, with a file if there is content."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        files = None if content is None else {"file": ("clip.mp4", content)}
        address = f"{self.url}/v1_1/{CLOUD}/{path}"
        return httpx.post(
            address, data=fields, files=files, headers=names, trust_env=False, verify=False
        )

    def delivery_url(self, public_id: str, **options: Any) -> str:
        """Return a delivery URL as the SDK builds it."""
        host = self.url.removeprefix("http://")
        places = {"cname": host, "cloud_name": CLOUD, "api_secret": SECRET, "secure": False}
        return utils.cloudinary_url(public_id, **places, **options)[0]

    def video_url(self, **options: Any) -> str:
        """Return the signed URL of the protected video ``lms/video``."""
        return self.delivery_url(
            "lms/video", sign_url=True, **{"format": "mp4"} | PROTECTED | options
        )

    def get(self, url: str, **headers: str) -> httpx.Response:
        """Return the answer to a GET."""
        return httpx.get(url, headers=headers, trust_env=False, verify=False)

    def stored(self) -> list[dict[str, Any]]:
        """Return what the sandbox stores."""
        return self.get(f"{self.url}/_control/cloudinary/resources").json()

    def fault(self, target: str, mode: str, **how: Any) -> None:
        """Set a fault."""
        address = f"{self.url}/_control/faults"
        body = {"target": target, "mode": mode} | how
        httpx.post(address, json=body, trust_env=False, verify=False).raise_for_status()


def running(**options: Any) -> Iterator[Account]:
    """Yield an account of a new sandbox, and stop the sandbox afterwards."""
    sandbox = server.start_in_thread(cloudinary_token_key=TOKEN_KEY, **options)
    yield Account(sandbox)
    sandbox.stop()


def picture(width: int = 40, height: int = 30, format: str = "PNG") -> bytes:
    """Return an image, red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    file = BytesIO()
    image.save(file, format)
    return file.getvalue()


def video(
    folder: Path,
    seconds: int = 3,
    codec: str = "libx264",
    suffix: str = ".mp4",
    *,
    live: bool = False,
) -> bytes:
    """Return a video of 160x90 pixels that turns from black to white, with a key frame per second.

    ``live`` leaves the duration out of a WebM, as browsers do that record one.
    """
    path = folder / f"video{suffix}"
    with av.open(str(path), "w", options={"live": "1"} if live else {}) as container:
        stream = container.add_stream(codec, rate=10, options={"g": "10"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(seconds * 10):
            shade = 255 * number // (seconds * 10)
            image = Image.new("RGB", (160, 90), (shade, shade, shade))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode(None))
    return path.read_bytes()
