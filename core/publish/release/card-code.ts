import { releaseFiles } from '../../artifacts/release.ts';
import { hasBanks } from '../../contracts/config.ts';
import { mirrors } from '../../contracts/mirror.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import { DEVIATION_FLOOR } from '../../data/standardise.ts';

const MODULE = releaseFiles.bankLoader.key.replace(/\.py$/, '');

/** Loads views and the mined set. */
export const datasetLines = (set: string): string => `import os
from datasets import load_dataset

release = os.getcwd()                                   # or its name on a hub
data = load_dataset(release, split="train")             # views of all sets; the column "set" tells them apart
data = load_dataset(release, "${set}", split="train")  # those of one set
mined = load_dataset(release, "mined", split="train")   # what was mined: keys, classes and scores, no images
names = data.features["label"].names`;

/** `x`, `y`: the views of a label bank, standardised, with their labels. */
export const bankLines = (set: string): string => `import json, numpy as np, torch
from torch import nn
from ${MODULE} import LabelBank

folder = "${set}"
bank = LabelBank(folder)
x = np.stack([bank.image(view) for view in range(len(bank.labels))])
x, y = torch.from_numpy(x).permute(0, 3, 1, 2), torch.from_numpy(bank.labels)`;

/** The same of the single images of a set that has no bank. */
export const viewLines = (set: string): string => `import json, numpy as np, os, torch
from datasets import load_dataset
from torch import nn

folder = "${set}"
data = load_dataset(os.getcwd(), folder, split="train")
x = np.stack([np.asarray(image, np.float32) / 255 for image in data["image"]])
x = x.reshape(*x.shape[:3], -1)
deviation = x.std((1, 2, 3), keepdims=True).clip(min=${DEVIATION_FLOOR})
x = torch.from_numpy((x - x.mean((1, 2, 3), keepdims=True)) / deviation).permute(0, 3, 1, 2)
y = torch.tensor(data["soft_label"])`;

/** Trains `net` on `x` and `y`. */
export function trainingLines({ config }: ReleaseEval): string {
  const { steps, batch, learningRate } = config.evaluate.only;
  const varied = hasBanks(config)
    ? ''
    : `\n    shown = torch.roll(shown, torch.randint(-4, 5, (2,)).tolist(), (2, 3))${mirrors(config.image) ? '\n    shown = shown.flip(3) if torch.rand(()) < 0.5 else shown' : ''}`;
  return `
def layer(channels, wide, kernel=3, stride=1):
    return [nn.Conv2d(channels, wide, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(wide), nn.ReLU()]

w = ${config.net.width / 2}
net = nn.Sequential(
    *layer(x.shape[1], w, 5, 2), nn.MaxPool2d(2), *layer(w, 2 * w), *layer(2 * w, 2 * w), nn.MaxPool2d(2),
    *layer(2 * w, 4 * w), *layer(4 * w, 4 * w), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * w, y.shape[1]))
optimiser = torch.optim.AdamW(net.parameters(), ${learningRate})
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, ${learningRate}, total_steps=${steps})
for step in range(${steps}):
    rows = torch.randint(len(x), (${batch},))
    shown = x[rows]${varied}
    loss = nn.functional.cross_entropy(net(shown), y[rows])
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()`;
}

/** Asks `net` about the images of a folder. */
export function testingLines({ config, classes }: ReleaseEval): string {
  const { size, channels } = config.image;
  const mirrored = mirrors(config.image) ? ' + net(pixels.flip(3)).softmax(1)' : '';
  return `from pathlib import Path
from PIL import Image, ImageOps

def pixels_of(path):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    image = ImageOps.fit(image, (${size}, ${size}), Image.Resampling.LANCZOS)${channels === 1 ? '.convert("L")' : ''}
    pixels = np.asarray(image, np.float32).reshape(${size}, ${size}, ${channels}) / 255
    pixels = (pixels - pixels.mean()) / max(pixels.std(), ${DEVIATION_FLOOR})
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]

classes = json.load(open(f"{folder}/set.json"))["classes"]  # ${classes.length} of them, in the order of the labels
net.eval()
right = []
with torch.no_grad():
    for label, name in enumerate(classes):
        for path in Path("benchmark", name).iterdir():
            pixels = pixels_of(path)
            said = net(pixels).softmax(1)${mirrored}
            right.append(int(said.argmax()) == label)
print(f"{100 * sum(right) / len(right):.2f} % of {len(right)} images")`;
}

/** `views` and `targets` without the loss to 8 bits. */
export const floatLines = (set: string): string => `import json, torch
from safetensors.torch import load_file

folder = "${set}"
images = load_file(f"{folder}/images.safetensors")["images"]         # [n, size, size, channels] in [0, 1]
labels = load_file(f"{folder}/labels.safetensors")["labels"]         # [n, views, classes]
factor = json.load(open(f"{folder}/set.json"))["factor"]
floor = json.load(open(f"{folder}/normalization.json"))["deviationFloor"]
size, cell = images.shape[1], images.shape[1] // factor
views = images.permute(0, 3, 1, 2).unfold(2, cell, cell).unfold(3, cell, cell)
views = views.permute(0, 2, 3, 1, 4, 5).reshape(-1, images.shape[3], cell, cell)
views = torch.nn.functional.interpolate(views, size=(size, size), mode="bilinear", align_corners=False)
flat = views.flatten(1)
mean, deviation = flat.mean(1), flat.std(1, correction=0).clamp(min=floor)
views = (views - mean[:, None, None, None]) / deviation[:, None, None, None]
targets = labels.flatten(0, 1)                                       # one row per view`;
