"""The peer's half of bench/protocol.ts: a task as the only argument, laps on demand, one line of JSON an answer."""

import json
import resource
import struct
import sys
import time

import numpy as np

TYPES = {"F32": np.float32, "U8": np.uint8, "I32": np.int32}


def read_inputs(path):
    """Tensors of a safetensors file by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(body[start:end], TYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"]).copy()
    return tensors


def say(answer):
    print(json.dumps(answer), flush=True)


def serve(task, check, lap):
    """Warms up, then answers each line with one lap. `lap(steps)` returns what it counted."""
    lap(task["warmUp"])
    say({"check": [float(value) for value in check]})
    for _ in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        count = lap(task["steps"])
        say({"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu, "count": count})
    say({"peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
