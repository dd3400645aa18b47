/**
 * `label_bank.py` of a release: makes the views of a label bank, for whoever trains in Python. It is the loader of docs/label-bank.md, where every
 * rule that it follows stands in words.
 */
export const BANK_LOADER = `import hashlib, json, math
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

def mixed(h):
    h = (h + 0x9E3779B9) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)

def standardised(x):
    return (x - x.mean()) / max(x.std(), 0.02)

class LabelBank:
    """View i of the bank in \`folder\`: bank.image(i) [size, size, channels] and bank.labels[i] [classes]."""

    def __init__(self, folder):
        images = load_file(f"{folder}/images.safetensors")["images"]
        with safe_open(f"{folder}/bank.safetensors", "numpy") as file:
            metadata, labels = file.metadata(), file.get_tensor("labels")
        card = json.loads(metadata["omnidistill"])
        self.recipe, size, channels, f = card["recipe"], card["size"], card["channels"], card["factor"]
        if self.recipe["version"] != 1 or not labels.sum(1).all():
            raise ValueError("This is no label bank of version 1.")
        if hashlib.sha256(metadata["omnidistill"].encode() + labels.tobytes()).hexdigest() != metadata.get("sha256"):
            raise ValueError("This label bank was changed after it was written.")
        if images.shape != (card["images"], size, size, channels) or hashlib.sha256(images.tobytes()).hexdigest() != card["imagesSha256"]:
            raise ValueError("This label bank was made of other images.")
        self.labels = (labels / labels.sum(1, keepdims=True)).astype(np.float32)
        cell = size // f
        at = np.clip((np.arange(size) + 0.5) / f - 0.5, 0, cell - 1)
        enlarge = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(cell)))  # [size, cell], bilinear
        cells = images.reshape(-1, f, cell, f, cell, channels)  # image, row of cells, y, column of cells, x, channel
        large = np.einsum("yi,xj,nribjc->nrbyxc", enlarge, enlarge, cells, optimize=True)
        self.images = [standardised(one) for one in large.reshape(-1, size, size, channels)]

    def image(self, view):
        recipe, size, last = self.recipe, len(self.images[0]), len(self.images[0]) - 1
        u = lambda slot: mixed(mixed(mixed(recipe["seed"]) ^ int(view)) ^ slot) / 2**32
        e = lambda slot: 2 * u(slot) - 1
        reflected = lambda at: last - np.abs(last - np.abs(at) % (2 * last))
        def shown(image, s):
            mirror = -1 if recipe["flip"] and u(s) < 0.5 else 1
            angle, z = math.radians(recipe["degrees"] * e(s + 1)), 1 / (1 + recipe["scale"] * e(s + 2))
            cos, sin, centre = math.cos(angle) * z, math.sin(angle) * z, last / 2
            x = np.arange(size)[None, :] - centre - recipe["shift"] * size * e(s + 3)
            y = np.arange(size)[:, None] - centre - recipe["shift"] * size * e(s + 4)
            sx, sy = reflected(centre + mirror * (cos * x + sin * y)), reflected(centre + cos * y - sin * x)
            x0, y0 = np.minimum(sx.astype(int), size - 2), np.minimum(sy.astype(int), size - 2)
            fx, fy, of = (sx - x0)[..., None], (sy - y0)[..., None], self.images[image]
            row = lambda y: of[y, x0] * (1 - fx) + of[y, x0 + 1] * fx
            return row(y0) * (1 - fy) + row(y0 + 1) * fy

        result = shown(view % len(self.images), 0)
        for s in range(16, 16 * recipe["layers"] + 1, 16):
            over, share = shown(int(u(s) * len(self.images)), s + 8), u(s + 2)
            if u(s + 1) < 0.5:
                result = (1 - share) * result + share * over
            else:
                side = int(size * math.sqrt(share) + 0.5)
                box = tuple(slice(max(at, 0), at + side) for at in (int(u(s + slot) * size) - side // 2 for slot in (4, 3)))
                result[box] = over[box]
        return standardised(result).astype(np.float32)
`;
