"""Prints, for each file named on standard input, one JSON line: the programs that show the text of the argument in it.

The first line names the programs that are missing.
"""

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib

CANARY = sys.argv[1].encode()


def of_zipfile(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return b"\n".join(part(archive, name) for name in archive.infolist())


def part(archive, name):
    try:
        return archive.read(name)
    except Exception:  # one file that fails says nothing about the others
        return b""


def of_tarfile(raw):
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        files = (archive.extractfile(member) for member in archive if member.isfile())
        return b"\n".join(file.read() for file in files if file)


def of_gzip(raw):
    try:
        return gzip.decompress(raw)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        # `gzip -dc` shows what comes before the damage.
        return zlib.decompressobj(wbits=31).decompress(raw)


def command(*words, takes_file=False):
    def run(raw, path):
        source = None if takes_file else raw
        arguments = [word if word != "FILE" else path for word in words]
        return subprocess.run(arguments, input=source, capture_output=True, timeout=20, check=False).stdout

    return run


def in_process(read):
    return lambda raw, path: read(raw)


UNZIP = ("unzip", command("unzip", "-p", "FILE", takes_file=True))
ZIP = [("zipfile", in_process(of_zipfile)), UNZIP]
EXIFTOOL = [("exiftool", command("exiftool", "-a", "-u", "-ee", "FILE", takes_file=True))]
SEVEN = ("7z", command("7z", "x", "-so", "FILE", takes_file=True))
TAR = [("tarfile", in_process(of_tarfile)), ("tar", command("tar", "-xOf", "-"))]
GZIP = [("gzip.py", in_process(of_gzip)), ("gzip", command("gzip", "-dc"))]
PROGRAMS = {
    "bzip2": [("bzip2", command("bzip2", "-dc")), SEVEN],
    "bzip2.zip": [*ZIP, SEVEN],
    "docx": ZIP,
    "gif": EXIFTOOL,
    "gzip": GZIP,
    "jpeg": EXIFTOOL,
    "lzma": [("xz", command("xz", "-dc", "--format=lzma")), SEVEN],
    "lzma.zip": [*ZIP, SEVEN],
    "mp3": EXIFTOOL,
    "odt": ZIP,
    "pdf": [
        ("pdftotext", command("pdftotext", "FILE", "-", takes_file=True)),
        ("qpdf", command("qpdf", "--qdf", "--object-streams=disable", "FILE", "-", takes_file=True)),
    ],
    "png": EXIFTOOL,
    "pptx": ZIP,
    "tar": TAR,
    "tar.gz": [*GZIP, ("tar", command("tar", "-xzOf", "-"))],
    "tiff": EXIFTOOL,
    "wav": EXIFTOOL,
    "xlsx": ZIP,
    "xz": [("xz", command("xz", "-dc")), SEVEN],
    "xz.zip": [*ZIP, SEVEN],
    "zip": ZIP,
    "zstd": [("zstd", command("zstd", "-dc"))],
}
IN_PROCESS = {"zipfile", "tarfile", "gzip.py"}


def shown(path):
    with open(path, "rb") as file:
        raw = file.read()
    kind = path.rsplit("/", 1)[-1].split("-", 1)[1].removesuffix(".deflated")
    found = []
    for name, run in PROGRAMS.get(kind, []):
        if name not in IN_PROCESS and shutil.which(name) is None:
            continue
        try:
            if CANARY in run(raw, path):
                found.append(name)
        except Exception:  # a program that fails shows nothing
            pass
    return found


wanted = {name for programs in PROGRAMS.values() for name, _ in programs} - IN_PROCESS
print(json.dumps({"missing": sorted(name for name in wanted if shutil.which(name) is None)}))
for line in sys.stdin:
    path = line.rstrip("\n")
    print(json.dumps({"file": path, "shown": shown(path)}))
