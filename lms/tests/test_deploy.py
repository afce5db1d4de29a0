"""compose.yaml runs what exists, and each part has limits and a check."""

import re
from pathlib import Path

import pytest
import yaml

from demo.system import RAISED_LIMITS
from lms.checks.settings import STAND_INS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
TEMPLATES = "".join(path.read_text() for path in (ROOT / "deploy/nginx").rglob("*.template"))


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_limited_checked_and_its_log_rotated(name):
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert service["restart"]
    assert service["healthcheck"]


def test_the_sandbox_stands_in_for_others_in_ci_alone_and_with_debug():
    override = yaml.safe_load((ROOT / "deploy/compose.ci.yaml").read_text())["services"]
    apps = {name for name, service in SERVICES.items() if service.get("image") == "lms"}
    assert override.keys() == apps
    for service in override.values():
        assert service["environment"].keys() >= {"DEBUG", *STAND_INS}
    assert {f"THROTTLE_{limit}" for limit in RAISED_LIMITS} <= service["environment"].keys()
    production = (ROOT / "compose.yaml").read_text()
    assert [name for name in ("DEBUG", *STAND_INS) if name in production] == []


def test_nothing_that_the_image_copies_is_ignored():
    ignored = (ROOT / ".dockerignore").read_text().split()
    lines = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    copied = " ".join(lines).split()
    assert "certificates" in copied
    assert set(copied) & set(ignored) == set()


def test_the_image_says_which_build_it_is():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "ARG BUILD" in dockerfile
    assert "ENV BUILD=$BUILD" in dockerfile
    assert SERVICES["api"]["build"]["args"]["BUILD"] == "${BUILD:-}"


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_each_secret_is_declared_and_made_and_each_mounted_file_exists():
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    made = (ROOT / "deploy/make-secrets").read_text()
    assert [name for name in used if name not in made] == []
    volumes = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    mounted = [volume.split(":")[0] for volume in volumes if volume.startswith("./deploy")]
    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_compose_fills_in_every_variable_of_the_proxy():
    named = set(re.findall(r"\$\{((?:PROXY|NGINX)_\w+)\}", TEMPLATES)) - {"NGINX_LOCAL_RESOLVERS"}
    assert named <= SERVICES["proxy"]["environment"].keys()


def test_a_first_start_does_not_lead_in_circles():
    assert SERVICES["api"]["environment"]["BEHIND_PROXY"] == "1"
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in TEMPLATES


MANIFESTS = [
    manifest
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(path.read_text())
]
PODS = {
    manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"]
    for manifest in MANIFESTS
    if manifest["kind"] in {"Deployment", "Job"}
}


def test_kustomize_names_every_manifest():
    folder = ROOT / "deploy/kubernetes"
    [kustomization] = [each for each in MANIFESTS if each["kind"] == "Kustomization"]
    others = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == others


@pytest.mark.parametrize("name", ["api", "worker", "clock", "migrate"])
def test_each_pod_may_do_little_and_is_limited(name):
    pod = PODS[name]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]
    assert ("livenessProbe" in container) == (name != "migrate")


@pytest.mark.parametrize("name", ["api", "worker", "clock"])
def test_compose_and_kubernetes_start_a_part_by_the_same_command(name):
    [container] = PODS[name]["containers"]
    assert " ".join(container["command"]) == SERVICES[name]["command"]
