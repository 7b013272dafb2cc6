"""Small pictures of several sizes and formats, each with other bytes, made with the standard library alone."""
import base64
import os
import struct
import zlib

# 64 x 48, grey: what cannot be encoded here.
JPEG = base64.b64decode("/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAAwAEABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ANCJhVlWGKa7DFU5mFU5GGajDDNTxMKuxMKqxS1ZWXimvLxVSaWqUktRiXmp4pauxS1WiY1ZVjimuxxVSZjVKRjUYY5qeJjV2JjUkUdWVj4prx8VTmjqnJHUYj5qeKOrsUdXYoqsrFxTXi4qnNFVOSKoxFzU8UVXYoqsRYqyuMU18YqpNiqUmM1GMZqeLFXYsV//2Q==")
WEBP = base64.b64decode("UklGRnQAAABXRUJQVlA4IGgAAACwBQCdASpAADAAPvFgqVA/paQit+qr8B4JaQAArC9pl5kD1SrqJJX15xMf2j/+eiJtWsMPwgAA/uCTwuuUnmXlILA2aWT682NB4HOmHby/ywdk8dtQZb94UY6SV8V5wwC8FwCa+b8AAA==")
SIZES = [(64, 48), (97, 61), (160, 120), (320, 240)]
ENDINGS = ["png", "bmp", "tif", "jpg", "webp"]


def picture(number: int) -> tuple[str, bytes]:
    """The ending of the number's format, and a file of that format. Bytes after a picture's end make each file unique."""
    ending = ENDINGS[number % len(ENDINGS)]
    width, height = SIZES[number // len(ENDINGS) % len(SIZES)]
    rows = [bytes((x * 3 + y * 5 + number) % 200 + 20 for x in range(width)) for y in range(height)]
    content = {"png": png, "bmp": bmp, "tif": tif}.get(ending, lambda *_: JPEG if ending == "jpg" else WEBP)(width, height, rows)
    return ending, content + struct.pack("<I", number) + os.urandom(8)


def png(width: int, height: int, rows: list[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\0" + row for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))


def bmp(width: int, height: int, rows: list[bytes]) -> bytes:
    padding = bytes(-width * 3 % 4)
    pixels = b"".join(bytes(v for grey in row for v in (grey, grey, grey)) + padding for row in reversed(rows))
    return (struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels)


def tif(width: int, height: int, rows: list[bytes]) -> bytes:
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, width * height)]
    pixels = b"".join(rows) + bytes(width * height % 2)
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(pixels)) + pixels + directory
