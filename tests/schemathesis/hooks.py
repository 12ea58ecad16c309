"""What a schema cannot say: live sessions, fresh login codes, WeChat's signature.

Only cases that are meant to be valid are changed; invalid ones go out as they were made.
"""

import hashlib
import itertools
import os
import random
import struct
import time
import zlib

import requests
import schemathesis

URL = os.environ["MENWEI_URL"]
APPID = os.environ["MENWEI_APPID"]
CLIENT = (os.environ["MENWEI_CLIENT_ID"], os.environ["MENWEI_CLIENT_SECRET"])
PUSH_TOKEN = os.environ["MENWEI_PUSH_TOKEN"]

numbers = itertools.count(1)
chance = random.Random()
names = {}


def anybody():
    return f"user{chance.randrange(200)}"


def fresh_code(name):
    """A code of that person's which nobody used."""
    return f"{name}-{os.getpid()}.{next(numbers)}"


def log_in(name):
    answer = requests.post(f"{URL}/api/login", json={"code": fresh_code(name)}, timeout=30)
    if answer.status_code == 403:
        # another case deleted the account
        answer = requests.post(f"{URL}/api/account/restore", json={"code": fresh_code(name)}, timeout=30)
    answer.raise_for_status()
    token = answer.json()["token"]
    names[token] = name
    return token


# each case has a session of its own, since many of them end it
@schemathesis.auth(refresh_interval=None).skip_for(path="/introspect")
class Session:
    def get(self, case, context):
        return log_in(anybody())

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.auth(refresh_interval=None).apply_to(path="/introspect")
class Client:
    def get(self, case, context):
        return requests.auth._basic_auth_str(*CLIENT)

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = data


def is_meant_to_be_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def token_of(case):
    return ((case.headers or {}).get("Authorization") or "").removeprefix("Bearer ")


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_meant_to_be_valid(case):
        return
    change = CHANGES.get((case.method.upper(), case.operation.path))
    if change is not None:
        change(case)


def login(case):
    case.body["code"] = fresh_code(anybody())
    with_known_app(case.body)


def profile(case):
    if not isinstance(case.body, dict):
        return
    # what WeChat vouches for cannot be made up; tests/it/api/open_data.rs has the real thing
    for name in ("rawData", "signature", "encryptedData", "iv"):
        case.body.pop(name, None)
    if case.body.get("code") is not None:
        case.body["code"] = fresh_code(anybody())
    with_known_app(case.body)
    # a text of nothing but invisible characters is refused, and noncharacters are: no pattern can say so
    for name in ("nickName", "country", "province", "city", "language"):
        text = case.body.get(name)
        if isinstance(text, str) and text:
            case.body[name] = "".join(one for one in text if not is_noncharacter(one))[:-1] + "字"


def is_noncharacter(one):
    return ord(one) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(one) <= 0xFDEF


def phone(case):
    # a phone number's code must be of who asks
    case.body["code"] = fresh_code(names.get(token_of(case)) or anybody())


def introspect(case):
    # credentials twice are refused, and the header has them
    for name in ("client_id", "client_secret"):
        case.body.pop(name, None)
    if chance.random() < 0.5:
        case.body["token"] = log_in(anybody())


def restore(case):
    name = anybody()
    if chance.random() < 0.5:
        token = log_in(name)
        requests.delete(f"{URL}/api/account", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    case.body["code"] = fresh_code(name)
    with_known_app(case.body)


def delete_account(case):
    if not isinstance(case.body, dict):
        return
    if case.body.get("code") is not None:
        case.body["code"] = fresh_code(anybody())
    with_known_app(case.body)


def picture(case):
    # bytes by chance are no picture; tests/it/avatar has every kind of bad one
    parts = case.meta.components.items()
    if all(part.mode.is_positive for location, part in parts if location.value == "body"):
        case.body = {"file": PICTURE}


def avatar(case):
    if chance.random() < 0.3:
        return
    answer = requests.post(
        f"{URL}/api/avatar",
        headers={"Authorization": f"Bearer {log_in(anybody())}"},
        files={"file": ("a.png", PICTURE)},
        timeout=30,
    )
    if answer.status_code == 200:
        case.path_parameters["file"] = answer.json()["avatarUrl"].rsplit("/", 1)[1]


def png():
    """A grey square of 8 × 8 pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = png()


def own_session(case):
    token = token_of(case)
    if token not in names or chance.random() < 0.5:
        return
    answer = requests.get(f"{URL}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    if answer.status_code == 200:
        case.path_parameters["sid"] = answer.json()["session"]["sid"]


def signed_push(case):
    if chance.random() < 0.3:
        return
    timestamp, nonce = str(int(time.time())), str(next(numbers))
    parts = sorted([PUSH_TOKEN, timestamp, nonce])
    case.path_parameters["appid"] = APPID
    case.query = {
        **(case.query or {}),
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": hashlib.sha1("".join(parts).encode()).hexdigest(),
    }
    if case.method.upper() == "POST":
        case.media_type = "application/json"
        case.body = {"ToUserName": "gh_1", "MsgType": "event", "Event": "user_info_modified", "OpenID": "nobody"}


def with_known_app(body):
    if body.get("appId") is not None:
        body["appId"] = APPID


CHANGES = {
    ("POST", "/api/login"): login,
    ("POST", "/api/userProfile"): profile,
    ("POST", "/api/phone"): phone,
    ("POST", "/api/account/restore"): restore,
    ("DELETE", "/api/account"): delete_account,
    ("POST", "/api/avatar"): picture,
    ("GET", "/avatar/{file}"): avatar,
    ("POST", "/introspect"): introspect,
    ("DELETE", "/api/sessions/{sid}"): own_session,
    ("GET", "/wechat/push/{appid}"): signed_push,
    ("POST", "/wechat/push/{appid}"): signed_push,
}
