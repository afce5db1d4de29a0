"""nginx with the configuration of this repository, and the API's processes behind it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

from demo.processes import ROOT, Part, free_port

TEMPLATES = ROOT / "deploy" / "nginx"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""
HOST = "api.courses.example"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Api:
    """One server of the API with its worker: what a container is."""

    def __init__(self, env: Mapping[str, str], folder: Path, *, threads: int = 8) -> None:
        self.port, self.live_port = free_port(), free_port()
        command = [sys.executable, "-m", "lms.server", "--port", str(self.port)]
        options = ["--live-port", str(self.live_port), "--threads", str(threads)]
        log = folder / f"api-{self.port}.log"
        self.part = Part("the API", [*command, *options], env, log)
        self.url = f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        self.part.wait_until_ready(f"{self.url}/health/live")

    def worker(self) -> int:
        """Return the process id of the worker, the latest child."""
        return children(self.part.process.pid)[-1]

    def kill(self) -> None:
        """Kill the server and its worker at once, as when a machine fails."""
        for pid in (self.part.process.pid, *children(self.part.process.pid)):
            os.kill(pid, signal.SIGKILL)
        self.part.process.wait()


def children(pid: int) -> list[int]:
    command = ["pgrep", "-P", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


class Nginx:
    """A running nginx on two free ports, with a certificate that it signed itself."""

    def __init__(self, folder: Path, apis: list[int], *, operators: str = "") -> None:
        self.folder, self.http, self.https = folder, free_port(), free_port()
        self.bodies = folder / "client_body"
        variables = {
            "PROXY_HOST": HOST,
            "PROXY_TLS": "files",
            "PROXY_API": "".join(f"server 127.0.0.1:{port};" for port in apis),
            "PROXY_OPERATORS": operators,
            "PROXY_UPLOADS": "8",
            "PROXY_MAX_UPLOAD": "2049m",
            "PROXY_ACME": "https://acme.example/directory",
            "PROXY_EMAIL": "boss@courses.example",
            "NGINX_LOCAL_RESOLVERS": "127.0.0.1",
        }
        for source in TEMPLATES.rglob("*.template"):
            target = folder / source.relative_to(TEMPLATES).with_suffix("")
            target.parent.mkdir(parents=True, exist_ok=True)
            # As envsubst does in the image: variables that are not named stay nginx's own.
            target.write_text(Template(source.read_text()).safe_substitute(variables))
        self.adapt(folder / "nginx.conf")
        paths = [f"{name}_temp_path {folder}/{name};" for name in TEMPORARY]
        (folder / "tls/files/http.conf").write_text("\n".join(paths))
        self.sign()
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        options = f"daemon off; pid {folder}/nginx.pid;"
        self.part = Part("nginx", [*command, "-g", options], os.environ, folder / "nginx.log")
        self.url = f"https://127.0.0.1:{self.https}"
        self.part.wait_until_ready(f"http://127.0.0.1:{self.http}/proxy/health")

    def adapt(self, path: Path) -> None:
        """Listen on the free ports; say HTTP/2 as the installed version understands it."""
        text = path.read_text()
        shown = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr
        if tuple(map(int, re.findall(r"\d+", shown)[:3])) < (1, 25, 1):
            text = text.replace("http2 on;", "").replace(" ssl;", " ssl http2;")
        text = re.sub(r"listen \[::\]:.*", "", text)
        text = text.replace("listen 80", f"listen {self.http}")
        path.write_text(text.replace("listen 443", f"listen {self.https}"))

    def sign(self) -> None:
        """Write a certificate for the host."""
        folder = self.folder / "certificates"
        folder.mkdir()
        keys = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        subprocess.run([*new, *keys, *name], check=True, capture_output=True)
