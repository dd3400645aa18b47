"""One step of distribution matching, as core/distill/match-distributions.ts does it."""

import torch
import torch.nn.functional as F

from nets import CLASSES, k2_folded, k2_map, k2_pad

REAL, VIEWS, FACTOR, RATE, FLOOR = 48, 24, 2, 0.02, 0.02
CHOSEN = VIEWS // FACTOR**2
PIXEL_DEVIATION, BETA_1, BETA_2, EPSILON = 0.25, 0.9, 0.999, 1e-8


def standardise(images):
    mean = images.mean((1, 2, 3), keepdim=True)
    deviation = ((images - mean).square().mean((1, 2, 3), keepdim=True) + 1e-12).sqrt()
    return (images - mean) / deviation.clamp(min=FLOOR)


def unpack(images):
    n, c, size, _ = images.shape
    cell = size // FACTOR
    grid = images.reshape(n, c, FACTOR, cell, FACTOR, cell).permute(0, 2, 4, 1, 3, 5)
    cells = grid.reshape(n * FACTOR**2, c, cell, cell)
    return F.interpolate(cells, size=(size, size), mode="bilinear", align_corners=False)


class Matching:
    """Images that are moved, with Adam's moments; `material` and `images` are [classes, n, c, h, w]."""

    def __init__(self, folded, layout, material, images):
        self.folded, self.layout, self.material = folded, layout, material
        self.pixels = images.clone()
        self.mean, self.square = torch.zeros_like(images), torch.zeros_like(images)
        self.age = torch.zeros(images.shape[:2], device=images.device)

    def features(self, images, mirrored):
        images = images.flip(3) if mirrored else images
        features = k2_map(self.folded, k2_pad(self.layout.place(images)))
        return self.layout.flat(features).reshape(CLASSES, images.shape[0] // CLASSES, -1).mean(1)

    def draw(self, of, count):
        """`count` of each class's rows: [classes, count]."""
        return torch.stack([torch.randperm(of)[:count] for _ in range(CLASSES)]).to(self.pixels.device)

    def step(self, mirrored):
        rows = torch.arange(CLASSES, device=self.pixels.device)[:, None]
        real = self.material[rows, self.draw(self.material.shape[1], REAL)].flatten(0, 1).float() / 255
        with torch.no_grad():
            target = self.features(standardise(real), mirrored)
        at = (rows, self.draw(self.pixels.shape[1], CHOSEN))
        chosen = self.pixels[at].flatten(0, 1).requires_grad_()
        distance = (self.features(standardise(unpack(chosen)), mirrored) - target).square().sum()
        (gradient,) = torch.autograd.grad(distance, chosen)
        self.move(at, gradient.reshape(CLASSES, CHOSEN, *gradient.shape[1:]))

    @torch.no_grad()
    def move(self, at, gradient):
        self.age[at] += 1
        age = self.age[at][..., None, None, None]
        mean = BETA_1 * self.mean[at] + (1 - BETA_1) * gradient
        square = BETA_2 * self.square[at] + (1 - BETA_2) * gradient.square()
        rate = RATE * PIXEL_DEVIATION * (1 - BETA_2**age).sqrt() / (1 - BETA_1**age)
        self.mean[at], self.square[at] = mean, square
        self.pixels[at] = (self.pixels[at] - rate * mean / (square.sqrt() + EPSILON)).clamp(0, 1)


def by_class(array, layout):
    images = torch.from_numpy(array).permute(0, 3, 1, 2).contiguous().to(layout.device)
    return images.reshape(CLASSES, -1, *images.shape[1:])


def matching(inputs, layout):
    folded = k2_folded(inputs["k2Parameters"], layout)
    material, images = by_class(inputs["material"], layout), by_class(inputs["synthetic"], layout)
    few = Matching(folded, layout, material[:, :REAL].contiguous(), images[:, :CHOSEN].contiguous())
    few.step(False)
    moved = (few.pixels - images[:, :CHOSEN]).permute(0, 1, 3, 4, 2).flatten()[::16].tolist()
    everything = Matching(folded, layout, material, images)

    def lap(steps):
        for _ in range(steps):
            everything.step(bool(torch.rand(()) < 0.5))
        float(everything.pixels.sum())
        return steps

    return moved, lap
