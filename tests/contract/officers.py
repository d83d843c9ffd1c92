"""Officers' tokens as the bureau's login would sign them, and as a forger would."""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import time

POSTS = ["clerk", "deputy-head", "handler", "head", "hearing-officer", "inspector",
         "legal-reviewer", "sampler", "section-chief"]
ISSUER = "shian-development-issuer"
HOUR = 3600


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_signature(der):
    """r and s of 32 bytes each from the DER form that openssl writes."""
    numbers, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + length], "big"))
        at += 2 + length
    return b"".join(number.to_bytes(32, "big") for number in numbers)


class Issuer:
    """Signs with an ES256 key."""

    def __init__(self, key):
        self.key = pathlib.Path(key)

    def sign(self, text):
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.key)],
                              input=text.encode(), capture_output=True, check=True)
        return raw_signature(done.stdout)

    def claims(self, person, **changes):
        """Claims of a good token; a change of None leaves the claim out."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": "shian", "sub": person, "name": "测试员",
                  "org": "410902", "region": "410902", "card": "16104109020001",
                  "posts": POSTS, "iat": now, "nbf": now, "exp": now + HOUR, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, person, algorithm="ES256", **changes):
        head = encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
        body = encode(json.dumps(self.claims(person, **changes)).encode())
        return f"{head}.{body}.{encode(self.sign(f'{head}.{body}'))}"

    def unsigned(self, person):
        """alg=none, without a signature."""
        head = encode(json.dumps({"alg": "none", "typ": "JWT"}).encode())
        return f"{head}.{encode(json.dumps(self.claims(person)).encode())}."

    def keyed(self, person, secret):
        """HS256 with the public key as the secret: the classic confusion of algorithms."""
        head = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        text = f"{head}.{encode(json.dumps(self.claims(person)).encode())}"
        return f"{text}.{encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    def changed(self, person, **changes):
        """A good token's signature under other claims."""
        head, _, signature = self.token(person).split(".")
        return f"{head}.{encode(json.dumps(self.claims(person, **changes)).encode())}.{signature}"
