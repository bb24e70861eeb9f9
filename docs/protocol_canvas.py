#!/usr/bin/env python3
"""Draws the canvas of docs/protocol.md with nothing but Python's standard library.

    python3 docs/protocol_canvas.py

It reads the golden vectors of the canvas, draws each stroke and compares what comes out; so the
vectors do not depend on the Rust code that wrote them. protocol_check.py runs it too.
"""

import hashlib
import json
import pathlib
import sys
import unicodedata
import zlib

VECTORS = pathlib.Path(__file__).parent.parent / "chat-core" / "tests" / "vectors"
WIDTH, HEIGHT = 320, 192
TOOLS = "pen,eraser,line,rectangle,filled rectangle,ellipse,fill,text".split(",")
FONT = json.loads((VECTORS / "canvas-font.json").read_text("utf-8"))


class Refused(Exception):
    """Not a stroke, or not a picture."""


def need(condition, why):
    if not condition:
        raise Refused(why)


# Bytes


def decode(data):
    """A stroke's fields."""
    need(data and data[0] >> 4 < len(TOOLS), "unknown tool")
    need(len(data) >= 5, "too short")
    tool, colour = TOOLS[data[0] >> 4], (data[0] & 15) + 1
    need(not data[1] & 0x0E, "bits that must be 0")
    goes_on, size = bool(data[1] & 0x80), (data[1] >> 4 & 7) + 1
    points = [(data[2] | (data[1] & 1) << 8, data[3])]
    stroke_id, at, shift = 0, 4, 0
    while True:
        need(at < len(data), "too short")
        stroke_id |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            break
    text = None
    if tool == "text":
        try:
            text = data[at:].decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("not UTF-8") from error
    while tool != "text" and at < len(data):
        x, y = points[-1]
        first = data[at]
        # Bytes that are missing count as 0: the comparison at the end finds it.
        second, third = (data[at + 1 : at + 3] + b"\0\0")[:2]
        if first in (0x80, 0x81):
            points.append(((first & 1) << 8 | second, third))
            at += 3
        elif first & 0xF8 == 0x88:
            bits = (first & 7) << 8 | second
            points.append((x + signed(bits >> 5, 6), y + signed(bits & 31, 5)))
            at += 2
        else:
            points.append((x + signed(first >> 4, 4), y + signed(first & 15, 4)))
            at += 1
    fields = {
        "tool": tool,
        "id": stroke_id,
        "next": goes_on,
        "colour": colour,
        "size": size,
        "points": [list(point) for point in points],
        "text": text,
    }
    check(fields)
    need(encode(fields) == data, "in another form")
    return fields


def signed(value, bits):
    return value - (1 << bits) if value >> bits - 1 else value


def check(fields):
    """Whether these may be a stroke's fields."""
    tool, points, text = fields["tool"], fields["points"], fields["text"]
    need(all(0 <= x < WIDTH and 0 <= y < HEIGHT for x, y in points), "outside")
    need(fields["id"] < 1 << 32, "too large an id")
    need(tool != "eraser" or fields["colour"] == 1, "an eraser has no colour")
    need(tool not in ("fill", "filled rectangle") or fields["size"] == 1, "no size")
    if tool in ("pen", "eraser"):
        need(len(points) <= 512, "too many points")
        steps = sum(max(abs(x - u), abs(y - v)) for (x, y), (u, v) in zip(points, points[1:]))
        need(steps <= 4096, "too long")
    else:
        need(len(points) == (1 if tool in ("fill", "text") else 2), "not as many points")
    if tool == "text":
        need(text.strip() and len(text) <= 64, "no text, or too much")
        hidden = [c for c in text if unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202c\u202d\u202e"]
        need(not hidden, "not clean")  # section 14 has more


def encode(fields):
    """A stroke as bytes."""
    points = fields["points"]
    x, y = points[0]
    out = bytearray([TOOLS.index(fields["tool"]) << 4 | fields["colour"] - 1])
    out += bytes([fields["next"] << 7 | fields["size"] - 1 << 4 | x >> 8, x & 255, y])
    rest = fields["id"]
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    for u, v in points[1:]:
        dx, dy = u - x, v - y
        if abs(dx) <= 7 and abs(dy) <= 7:
            out.append((dx & 15) << 4 | dy & 15)
        elif abs(dx) <= 31 and abs(dy) <= 15:
            bits = (dx & 63) << 5 | dy & 31
            out += bytes([0x88 | bits >> 8, bits & 255])
        else:
            out += bytes([0x80 | u >> 8, u & 255, v])
        x, y = u, v
    return bytes(out) + (fields["text"] or "").encode()


# Drawing


def inside(column, row, width, height):
    u, v = 2 * column + 1 - width, 2 * row + 1 - height
    return (
        abs(u) <= 1
        or abs(v) <= 1
        or (u * height) ** 2 + (v * width) ** 2 <= (width * height) ** 2
    )


def line(a, b):
    """The places of a line."""
    (x, y), (u, v) = a, b
    across, down = abs(u - x), -abs(v - y)
    right, below = (u > x) - (u < x), (v > y) - (v < y)
    error = across + down
    yield x, y
    while (x, y) != (u, v):
        twice = 2 * error
        if twice >= down:
            error, x = error + down, x + right
        if twice <= across:
            error, y = error + across, y + below
        yield x, y


def places(stroke):
    """Where the brush is stamped."""
    points = [tuple(point) for point in stroke["points"]]
    if stroke["tool"] in ("pen", "eraser", "line"):
        yield points[0]
        for a, b in zip(points, points[1:]):
            yield from line(a, b)
        return
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*points))
    if stroke["tool"] == "rectangle":
        for x in range(left, right + 1):
            yield from ((x, top), (x, bottom))
        for y in range(top, bottom + 1):
            yield from ((left, y), (right, y))
        return
    width, height = right - left + 1, bottom - top + 1
    disc = {(x, y) for x in range(width) for y in range(height) if inside(x, y, width, height)}
    for x, y in disc:
        if not disc >= {(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)}:
            yield left + x, top + y


def dots(stroke):
    """The pixels of a text."""
    (left, top), size = stroke["points"][0], stroke["size"]
    for place, c in enumerate(stroke["text"]):
        rows = bytes.fromhex(FONT["letters"].get(f"{ord(c):04x}", FONT["box"]))
        for y in range(8 * size):
            for x in range(8 * size):
                if rows[y // size] >> x // size & 1:
                    yield left + place * 8 * size + x, top + y


def area(pixels, at):
    """The pixels that hang together with one."""
    value, found, todo = pixels[at[1] * WIDTH + at[0]], {at}, [at]
    while todo:
        x, y = todo.pop()
        for u, v in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)):
            inside_grid = 0 <= u < WIDTH and 0 <= v < HEIGHT
            if inside_grid and (u, v) not in found and pixels[v * WIDTH + u] == value:
                found.add((u, v))
                todo.append((u, v))
    return found


def draw(pixels, stroke):
    """Draws a stroke on WIDTH × HEIGHT pixels."""
    tool, size = stroke["tool"], stroke["size"]
    if tool == "fill":
        drawn = area(pixels, tuple(stroke["points"][0]))
    elif tool == "text":
        drawn = dots(stroke)
    elif tool == "filled rectangle":
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(*stroke["points"]))
        drawn = ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
    else:
        back = (size - 1) // 2
        brush = [
            (x - back, y - back) for x in range(size) for y in range(size) if inside(x, y, size, size)
        ]
        drawn = ((x + u, y + v) for x, y in set(places(stroke)) for u, v in brush)
    value = 0 if tool == "eraser" else stroke["colour"]
    for x, y in drawn:
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            pixels[y * WIDTH + x] = value


def picture(log, base=None):
    """What a log shows on a base."""
    stroke_of, newest, gone, resets = {}, {}, set(), []
    for entry in log:
        author, seq = entry["author"], entry["seq"]
        if "stroke" in entry:
            key = author, entry["stroke"]["id"]
            if not entry["stroke"]["next"] or key not in newest:
                newest[key] = seq
            stroke_of[seq] = newest[key]
        elif "undo" in entry:
            gone.add(newest.get((author, entry["undo"])))
        elif "reset" in entry:
            resets.append(seq)
        elif entry["unreset"] in resets:
            resets.remove(entry["unreset"])
    pixels = bytearray(WIDTH * HEIGHT) if resets or base is None else bytearray(base)
    for entry in log:
        behind = not resets or entry["seq"] > resets[-1]
        if "stroke" in entry and behind and stroke_of[entry["seq"]] not in gone:
            draw(pixels, entry["stroke"])
    return pixels


# Pictures as bytes


def read_picture(data):
    """The pixels of a picture."""
    if not data:
        return bytes(WIDTH * HEIGHT)
    form, rest = data[0], data[1:]
    if form == 1:
        try:
            inflate = zlib.decompressobj(-15)
            pixels = inflate.decompress(rest, WIDTH * HEIGHT + 1)
        except zlib.error as error:
            raise Refused("not deflate") from error
        need(inflate.eof, "incomplete")
    else:
        need(form == 2, "unknown form")
        bits = "".join(f"{byte:08b}" for byte in rest)
        pixels = bytes(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))
    need(len(pixels) == WIDTH * HEIGHT, "not as many pixels")
    need(max(pixels) <= 16, "a colour above 16")
    return pixels


# Vectors


def runs(pixels):
    """Row, first column, last column and value of what is drawn."""
    out = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            value = pixels[y * WIDTH + x]
            if value and out and out[-1][0] == y and out[-1][2] == x - 1 and out[-1][3] == value:
                out[-1][2] = x
            elif value:
                out.append([y, x, x, value])
    return [" ".join(map(str, run)) for run in out]


def digest(pixels):
    return hashlib.sha256(bytes(pixels)).hexdigest()


def check_vectors():
    """Compares every vector; says how many there are."""
    vectors = json.loads((VECTORS / "canvas.json").read_text("utf-8"))
    for vector in vectors["strokes"]:
        data = bytes.fromhex(vector["bytes"])
        assert decode(data) == vector["fields"], vector["name"]
        assert encode(vector["fields"]) == data, vector["name"]
        pixels = bytearray(WIDTH * HEIGHT)
        draw(pixels, vector["fields"])
        assert runs(pixels) == vector["draws"], vector["name"]
    for vector in vectors["refused"]:
        try:
            decode(bytes.fromhex(vector["bytes"]))
        except Refused:
            continue
        raise AssertionError(vector["name"])
    log = []
    for entry in vectors["log"]:
        log.append(entry)
        if "stroke" in entry:
            entry["stroke"] = decode(bytes.fromhex(entry["stroke"]))
        assert digest(picture(log)) == entry["sha256"], entry["seq"]
    for vector in vectors["pictures"]:
        byte, times = vector["then"]
        try:
            found = digest(read_picture(bytes.fromhex(vector["bytes"]) + bytes([byte]) * times))
        except Refused:
            found = None
        assert found == vector["sha256"], vector["name"]
    return sum(map(len, vectors.values()))


if __name__ == "__main__":
    print(f"{check_vectors()} vectors of the canvas are as they should be")
    sys.exit()
