"""Files nobody wants, and their harmless neighbours; each is made here and never kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from openpyxl import Workbook

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(rows: list[list[object]] | None = None, sheet: str = "人员") -> bytes:
    """An ordinary workbook."""
    made = Workbook()
    page = made.active
    page.title = sheet
    for row in rows if rows is not None else [["姓名"], ["张三"]]:
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(parts: dict[str, bytes | str], drop: str = "") -> bytes:
    """An ordinary workbook with some parts put in the place of its own, or added."""
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        own = {name: archive.read(name) for name in archive.namelist() if name != drop}
    return zipped({**own, **parts})


def document(**more: str) -> bytes:
    """A Word document, as far as a look goes."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{DOCUMENT}"/></Types>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": "<w/>", **more})


@cache
def flat() -> bytes:
    """One part of a quarter of a gigabyte, packed a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    blank = b"\0" * (1 << 20)
    packed, check = b"", 0
    for _ in range(256):
        packed += packer.compress(blank)
        check = zlib.crc32(blank, check)
    packed += packer.flush()
    return one_entry("xl/media/image1.bin", packed, check, size=1 << 28)


def one_entry(name: str, packed: bytes, check: int, *, size: int) -> bytes:
    """A zip of one packed part whose headers say it holds ``size`` bytes, true or not."""
    told = name.encode()
    sizes = struct.pack("<3I", check, len(packed), size)
    local = (
        b"PK\x03\x04"
        + struct.pack("<5H", 20, 0, 8, 0, 0x21)
        + sizes
        + struct.pack("<2H", len(told), 0)
        + told
    )
    central = (
        b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, 8, 0, 0x21) + sizes
        + struct.pack("<5H2I", len(told), 0, 0, 0, 0, 0, 0) + told
    )  # fmt: skip
    body = local + packed
    return body + central + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(body), 0)


@cache
def lying() -> bytes:
    """A hundred megabytes that its headers call a hundred bytes."""
    content = b"<a>" + b" " * 100_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return one_entry(
        "xl/worksheets/sheet1.xml", packer.compress(content) + packer.flush(), zlib.crc32(content), size=100
    )


def slightly_lying() -> bytes:
    """Small enough to pass every limit, and yet not the size its headers tell."""
    content = b"<a>" + b" " * 5000 + b"</a>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return one_entry(
        "xl/worksheets/sheet1.xml", packer.compress(content) + packer.flush(), zlib.crc32(content), size=100
    )


def overlapping() -> bytes:
    """Many entries in the list that share one packed kernel."""
    content = b"<a>" + b" " * 1_000_000 + b"</a>"
    whole = zipped({"xl/a.xml": content})
    place = whole.index(b"PK\x01\x02")
    central = whole[place : whole.index(b"PK\x05\x06")]
    many = b"".join(central.replace(b"xl/a.xml", b"xl/%c.xml" % (97 + n)) for n in range(20))
    return whole[:place] + many + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 20, 20, len(many), place, 0)


@cache
def many_entries() -> bytes:
    return zipped({f"{n}": b"" for n in range(100_000)}, zipfile.ZIP_STORED)


def nested() -> bytes:
    """42.zip: packed files inside packed files."""
    inside = zipped({"0.bin": b"\0" * 1_000_000})
    for _ in range(5):
        inside = zipped({f"{n}.zip": inside for n in range(16)})
    return changed({"xl/embeddings/lib.xlsx": inside})


def laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return changed(
        {
            "xl/sharedStrings.xml": f'<!DOCTYPE s [<!ENTITY l0 "ha">{levels}]><sst {SPACE}><si><t>&l9;</t></si></sst>'
        }
    )


def quadratic() -> bytes:
    """One long entity, said often."""
    text = f'<!DOCTYPE s [<!ENTITY a "{"a" * 50_000}">]><sst {SPACE}><si><t>{"&a;" * 5_000}</t></si></sst>'
    return changed({"xl/sharedStrings.xml": text})


def outside(part: str) -> bytes:
    """Asks the reader to fetch a file of the machine it runs on."""
    return changed({part: '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'})


def outside_in_utf16() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
    return changed({"xl/drawings/drawing1.xml": text.encode("utf-16")})


def link(kind: str) -> bytes:
    """A relationship that points out of the file."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    text = f'<Relationships><Relationship Id="rId9" Type="{base}/{kind}" Target="https://x.example/a" TargetMode="External"/></Relationships>'
    return changed({"xl/worksheets/_rels/sheet1.xml.rels": text})


def macros() -> bytes:
    return changed({"xl/vbaProject.bin": OLE + b"\0" * 100})


def macro_type() -> bytes:
    kind = MAIN.replace("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled")
    return changed(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'
        }
    )


def encrypted_entries() -> bytes:
    """Every entry carries the flag of an encrypted one."""
    whole = bytearray(book())
    for mark, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(mark)
        while place >= 0:
            whole[place + flag_at] |= 1
            place = whole.find(mark, place + 4)
    return bytes(whole)


def sheet(inside: str, dimension: str = "A1") -> bytes:
    """A workbook whose first sheet holds exactly this XML."""
    text = f'<worksheet {SPACE}><dimension ref="{dimension}"/><sheetData>{inside}</sheetData></worksheet>'
    return changed({"xl/worksheets/sheet1.xml": text})


def endless_attribute() -> bytes:
    """One token of forty megabytes, which a parser keeps in memory until it ends."""
    noise = bytes(65 + n * 7 % 26 for n in range(40_000))
    return changed({"xl/styles.xml": b'<a b="' + noise * 1000 + b'"/>'})


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a quarter of a gigabyte in one part": (flat, "bomb"),
    "headers that lie": (lying, "bomb"),
    "headers that lie a little": (slightly_lying, "lying"),
    "entries that overlap": (overlapping, "lying"),
    "a hundred thousand entries": (many_entries, "entries"),
    "42.zip": (nested, "nested"),
    "billion laughs": (laughs, "entities"),
    "quadratic entities": (quadratic, "entities"),
    "XXE in a drawing": (lambda: outside("xl/drawings/drawing1.xml"), "entities"),
    "XXE in the relations": (lambda: outside("xl/_rels/workbook.xml.rels"), "entities"),
    "XXE in the types": (lambda: outside("[Content_Types].xml"), "entities"),
    "XXE in a part called .bin": (lambda: outside("xl/strings.bin"), "entities"),
    "XXE in UTF-16": (outside_in_utf16, "entities"),
    "a template from outside": (lambda: link("attachedTemplate"), "outside"),
    "an object from outside": (lambda: link("oleObject"), "outside"),
    "macros": (macros, "macros"),
    "the type of a workbook with macros": (macro_type, "macros"),
    "an encrypted container": (lambda: OLE + b"\0" * 5000, "old"),
    "encrypted entries": (encrypted_entries, "encrypted"),
    "a document called workbook": (document, "kind"),
    "a zip of anything": (lambda: zipped({"readme.txt": "x"}), "kind"),
    "cut off in the middle": (lambda: book()[:-200], "broken"),
    "something before the zip": (lambda: b"PK\x03\x04 " + book(), "broken"),
    "a token without end": (endless_attribute, "bomb"),
}  # fmt: skip
