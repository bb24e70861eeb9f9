#!/usr/bin/env python3
"""Checks the golden vectors of docs/protocol.md with nothing but Python's standard library.

    python3 docs/protocol_check.py

It decodes each frame, compares it with the fields beside it, and encodes it again; so the vectors
do not depend on the Rust code that wrote them. The CBOR below is all that a client needs.
"""

import json
import pathlib
import struct
import sys

import protocol_canvas

VECTORS = pathlib.Path(__file__).parent.parent / "chat-core" / "tests" / "vectors"
NESTING = 16
FRAME_BYTES = 64 * 1024


class Refused(Exception):
    """Not the CBOR of this protocol."""


def decode(body, at=0, depth=0):
    """The item at `at` and where the next one starts."""

    def take(count):
        if count > len(body) - at:
            raise Refused("claims more than there is")
        return body[at : at + count]

    head = take(1)[0]
    at += 1
    major, info = head >> 5, head & 31
    if info < 24:
        number = info
    elif info < 28:
        size = 1 << (info - 24)
        raw = take(size)
        number, at = int.from_bytes(raw, "big"), at + size
    else:
        raise Refused("indefinite or reserved length")
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        raw = bytes(take(number))
        at += number
        if major == 2:
            return raw, at
        try:
            return raw.decode("utf-8"), at
        except UnicodeDecodeError as error:
            raise Refused("not UTF-8") from error
    if major in (4, 5):
        items = number * (major - 3)
        if items > len(body) - at:
            raise Refused("claims more than there is")
        if items and depth >= NESTING:
            raise Refused("too deep")
        values = []
        for _ in range(items):
            value, at = decode(body, at, depth + 1)
            values.append(value)
        return (values if major == 4 else dict(zip(values[::2], values[1::2]))), at
    if major == 6:
        # A tag: messages have none, but a later version might.
        return decode(body, at, depth)
    if info == 25:
        return struct.unpack(">e", raw)[0], at
    if info == 26:
        return struct.unpack(">f", raw)[0], at
    if info == 27:
        return struct.unpack(">d", raw)[0], at
    return {20: False, 21: True}.get(number), at


def encode(value):
    """An item in its shortest form."""

    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        size = next(n for n in range(4) if number < 1 << (8 << n))
        return bytes([major << 5 | 24 + size]) + number.to_bytes(1 << size, "big")

    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        raw = value.encode()
        return head(3, len(raw)) + raw
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    pairs = sorted(value.items())
    return head(5, len(pairs)) + b"".join(encode(part) for pair in pairs for part in pair)


def message(body):
    """Kind and fields of a frame's body."""
    item, end = decode(body)
    if end != len(body):
        raise Refused("bytes behind the message")
    if not (isinstance(item, list) and len(item) == 2 and isinstance(item[1], dict)):
        raise Refused("not [kind, payload]")
    return item


def unpack(frame):
    """The body of a frame."""
    (length,) = struct.unpack(">I", frame[:4])
    assert 0 < length <= FRAME_BYTES and length == len(frame) - 4, "a wrong length"
    return frame[4:]


def plain(fields):
    """Fields as the vectors write them: keys as text, bytes as {"bytes": hex}."""
    if isinstance(fields, dict):
        return {str(key): plain(value) for key, value in fields.items()}
    if isinstance(fields, list):
        return [plain(value) for value in fields]
    if isinstance(fields, bytes):
        return {"bytes": fields.hex()}
    return fields


def check():
    count = 0
    for file in ("commands.json", "events.json"):
        for vector in json.loads((VECTORS / file).read_text("utf-8")):
            body = unpack(bytes.fromhex(vector["frame"]))
            kind, fields = message(body)
            assert kind == vector["kind"], vector["name"]
            assert plain(fields) == vector["fields"], vector["name"]
            assert encode([kind, fields]) == body, vector["name"]
            count += 1
    # Whether fields are there and of their types is a matter of each kind: only the form is
    # checked here.
    formless = ("malformed", "too deep", "claims too much")
    for vector in json.loads((VECTORS / "form.json").read_text("utf-8")):
        try:
            item, end = decode(bytes.fromhex(vector["body"]))
            well_formed = end == len(vector["body"]) // 2
        except Refused:
            well_formed = False
        assert well_formed == (vector["is"] not in formless), vector["name"]
        count += 1
    count += protocol_canvas.check_vectors()
    print(f"{count} vectors are as they should be")


if __name__ == "__main__":
    sys.exit(check())
