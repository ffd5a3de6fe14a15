"""nginx as deploy/nginx/ambon112.conf has it, before programs on ports of a test's own."""

import re
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.ui.conftest import free_port

CONF = Path(__file__).parents[2] / "deploy/nginx/ambon112.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 2;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/ambon112.conf;
}}
"""
PAGES, API, TLS, PLAIN = (8501, 8502), 8112, 443, 80
SELF_SIGNED = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=uji -keyout {} -out {}"
SELF_SIGNED += " -addext subjectAltName=IP:127.0.0.1"
Ports = dict[int, int]


def free_ports() -> Ports:
    """Return a free port for each that the configuration names."""
    return {one: free_port() for one in (*PAGES, API, TLS, PLAIN)}


@contextmanager
def proxying(ports: Ports) -> Iterator[ssl.SSLContext]:
    """Run nginx with these ports; yields what trusts its certificate."""
    if NGINX is None:
        pytest.skip("nginx is not installed (apt install nginx-light)")
    folder = Path(tempfile.mkdtemp(prefix="nginx"))
    make = SELF_SIGNED.format(folder / "privkey.pem", folder / "fullchain.pem")
    subprocess.run(make.split(), check=True, capture_output=True)
    trusting = ssl.create_default_context(cafile=folder / "fullchain.pem")
    (folder / "ambon112.conf").write_text(_configured(ports, folder))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    running = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"])
    try:
        _await(f"https://127.0.0.1:{ports[TLS]}/", trusting, running)
        yield trusting
    finally:
        running.terminate()
        running.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _configured(ports: Ports, folder: Path) -> str:
    """Return the configuration with these ports and a certificate in a folder."""
    text = CONF.read_text("utf-8").replace("/etc/ssl/ambon112", str(folder))
    known = "|".join(map(str, ports))
    return re.sub(
        rf"((?:listen |127\.0\.0\.1:|^ +)(?:{known})\b)",
        lambda found: re.sub(r"\d+$", lambda port: str(ports[int(port[0])]), found[0]),
        text,
        flags=re.MULTILINE,
    )


def _await(address: str, trusting: ssl.SSLContext, running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and running.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(address, verify=trusting)
            return
        time.sleep(0.02)
    raise AssertionError("nginx did not come up")
