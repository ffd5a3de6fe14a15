"""A small OpenID Connect provider on this machine: it vouches for one address, unasked."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "ambon112"


def provider(address: str, vouched_for: str) -> FastAPI:
    """Return the provider that answers at `address`."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    asked: dict[str, str] = {}
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, object]:
        return {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "jwks_uri": f"{address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    @app.get("/jwks")
    def jwks() -> dict[str, object]:
        return {"keys": [key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(redirect_uri: str, state: str, nonce: str) -> RedirectResponse:
        code = secrets.token_hex(8)
        asked[code] = nonce
        return RedirectResponse(f"{redirect_uri}?code={code}&state={state}", 302)

    @app.post("/token")
    def token(code: Annotated[str, Form()]) -> dict[str, object]:
        now = int(time.time())
        claims = {
            "iss": address,
            "aud": CLIENT,
            "sub": "1",
            "email": vouched_for,
            "nonce": asked.pop(code),
            "iat": now,
            "exp": now + 600,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed, "expires_in": 600}

    return app


@contextmanager
def providing(port: int, vouched_for: str) -> Iterator[str]:
    """Run the provider; yields its address."""
    address = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(provider(address, vouched_for), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
