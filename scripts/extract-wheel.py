"""Takes TensorFlow's two C libraries and the headers of its C API out of a wheel.

Usage: extract-wheel.py WHEEL FOLDER -> FOLDER/lib, FOLDER/include
"""

import os
import re
import shutil
import sys
import zipfile

LIBRARY = re.compile(r"tensorflow/(libtensorflow_(?:cc|framework)\.so\.2)$")
# The C API and what its headers include.
HEADER = re.compile(
    r"tensorflow/include/((?:tensorflow/c|tensorflow/core/platform|(?:tensorflow/)?tsl/(?:platform|c)"
    r"|(?:xla/tsl|tensorflow/compiler/xla/tsl)/(?:c|platform))/(?:eager/)?[^/]+\.h)$"
)


def target(member: str) -> "str | None":
    if library := LIBRARY.match(member):
        return f"lib/{library[1]}"
    if header := HEADER.match(member):
        return f"include/{header[1]}"
    return None


def main(wheel: str, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            place = target(member)
            if place is None:
                continue
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)


main(*sys.argv[1:])
