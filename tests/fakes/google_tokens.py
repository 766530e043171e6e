"""Google's token endpoint: a service account's signed grant, or a refresh token, for an access token."""

import json
import secrets
from functools import lru_cache
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from google.auth import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

AUDIENCE = "https://oauth2.googleapis.com/token"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EMAIL = "agenda@benova.iam.gserviceaccount.com"
REFRESH = {"client_id": "client", "client_secret": "shh", "refresh_token": "1//refresh"}


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Tokens:
    """Hand out access tokens to who proves to be somebody, and know them again."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self.grants: list[str] = []

    def knows(self, authorization: str) -> bool:
        """Say whether a request carries a token that still holds."""
        return authorization.removeprefix("Bearer ") in self.given

    def service_account(self, url: str, *, key: rsa.RSAPrivateKey | None = None) -> str:
        """Return a service account's key file; another key makes its grants wrong."""
        pem = (key or _key()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fields = {
            "type": "service_account",
            "project_id": "benova",
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": EMAIL,
            "token_uri": f"{url}/token",
        }
        return json.dumps(fields)

    def authorized_user(self, url: str, **changes: str) -> str:
        """Return what OAuth left of a person's consent."""
        return json.dumps(
            {"type": "authorized_user", **REFRESH, "token_uri": f"{url}/token", **changes}
        )

    async def answer(self, request: Request) -> Response:
        """Answer a request for a token."""
        asked = dict(parse_qsl((await request.body()).decode()))
        self.grants.append(asked.get("grant_type", ""))
        if asked.get("grant_type") == JWT_GRANT:
            good = self._signed(asked.get("assertion", ""))
        else:
            good = asked.get("grant_type") == "refresh_token" and all(
                asked.get(name) == value for name, value in REFRESH.items()
            )
        if not good:
            error = {"error": "invalid_grant", "error_description": "Bad grant."}
            return JSONResponse(error, status_code=400)
        token = f"ya29.{secrets.token_urlsafe(16)}"
        self.given.add(token)
        return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _signed(self, assertion: str) -> bool:
        public = _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        try:
            claims = jwt.decode(assertion, certs=public, audience=AUDIENCE)
        except ValueError:
            return False
        return claims["iss"] == EMAIL and "auth/calendar" in claims["scope"]
