import type { ClassifierCard } from '../../nets/classifier.ts';
import { printable } from '../../text/printable.ts';

/** What an image becomes before a model sees it, for Pillow. */
const PILLOW = `image = ImageOps.exif_transpose(Image.open("image.jpg")).convert("RGB")
image = ImageOps.fit(image, (card["size"], card["size"]), Image.Resampling.LANCZOS)
image = image.convert("L") if card["channels"] == 1 else image
pixels = np.asarray(image, np.uint8).reshape(1, card["size"], card["size"], card["channels"])`;

/** Lines for onnxruntime in Python. */
export const pythonLines = (onnx: string): string => `import json
import numpy as np, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("${onnx}")
card = {key: json.loads(value) for key, value in session.get_modelmeta().custom_metadata_map.items()}
${PILLOW}
logits, probabilities, embedding = session.run(None, {"pixels": pixels})
for name, probability in zip(card["classes"], probabilities[0]):
    print(f"{probability:.4f} {name}")`;

/** Only text here: what a card names is no import of ours. */
const RUNTIME = 'onnxruntime-node';

/** Lines for onnxruntime in Node; JSON is valid in JavaScript. */
export const nodeLines = (onnx: string, { size, channels, classes }: ClassifierCard): string => {
  const grey = `const pixels = Uint8Array.from({ length: ${size} * ${size} }, (_, i) =>
  (19595 * rgb[3 * i] + 38470 * rgb[3 * i + 1] + 7471 * rgb[3 * i + 2] + 32768) >> 16);`;
  return `import { InferenceSession, Tensor } from '${RUNTIME}';
import sharp from 'sharp';

const classes = ${printable(JSON.stringify(classes))};
const session = await InferenceSession.create('${onnx}');
const rgb = await sharp('image.jpg').flatten({ background: 'white' }).autoOrient().toColourspace('srgb')
  .resize(${size}, ${size}, { fit: 'cover', kernel: 'lanczos3' }).raw().toBuffer();
${channels === 1 ? grey : 'const pixels = Uint8Array.from(rgb);'}
const answer = await session.run({ pixels: new Tensor('uint8', pixels, [1, ${size}, ${size}, ${channels}]) });
const said = Object.fromEntries(classes.map((name, i) => [name, answer.probabilities.data[i]]));`;
};

/** Lines for TensorFlow.js in a page. */
export const browserLines = (
  model: string,
  { size }: ClassifierCard,
): string => `const model = await tf.loadGraphModel('${model}');
const classes = JSON.parse(model.metadata.classes);
// pixels: float32 [n, ${size}, ${size}, channels] from 0 to 255
const [probabilities] = model.execute(pixels, ['probabilities']);`;

/** The class that reads a classifier's safetensors: it runs the graph that stands in the file's metadata. */
export const PYTORCH_MODULE = `import json, torch, torch.nn.functional as F
from safetensors import safe_open

class Classifier(torch.nn.Module):
    """pixels [n, size, size, channels] from 0 to 255 -> logits, probabilities, embedding"""

    def __init__(self, path):
        super().__init__()
        with safe_open(path, "pt") as file:
            self.card = {key: json.loads(value) for key, value in file.metadata().items()}
            for name in file.keys():
                self.register_buffer(name.replace(".", "_"), file.get_tensor(name))

    def forward(self, pixels):
        x = pixels.float().permute(0, 3, 1, 2)
        x = x - x.mean((1, 2, 3), keepdim=True)
        deviation = x.square().mean((1, 2, 3), keepdim=True).sqrt()
        x = x / deviation.clamp(min=255 * self.card["deviationFloor"])
        said = [self.net(f"{i}.", x) for i in range(len(self.card["seeds"]))]
        logits = [one for _, one in said]
        mean = torch.stack([one.softmax(1) for one in logits]).mean(0).clamp(min=1e-30)
        logits = logits[0] if len(logits) == 1 else mean.log()
        return logits, (logits / self.card["temperature"]).softmax(1), torch.cat([one for one, _ in said], 1)

    def net(self, prefix, images):
        tensor = lambda name: getattr(self, (prefix + name).replace(".", "_"))
        values = {"images": torch.cat([images, images.flip(3)]) if self.card["mirror"] else images}
        for node in self.card["graph"]["nodes"]:
            op, (x, *others) = node["op"], [values[name] for name in node["inputs"]]
            if op == "conv":  # TensorFlow's padding: of an odd one more lies at the end
                kernel, stride, side = tensor(node["kernel"]).permute(3, 2, 0, 1), node["stride"], x.shape[-1]
                padding = max((-(-side // stride) - 1) * stride + kernel.shape[-1] - side, 0)
                x = F.conv2d(F.pad(x, [padding // 2, padding - padding // 2] * 2), kernel, stride=stride)
            elif op == "bias": x = x + tensor(node["bias"])[:, None, None]
            elif op == "instance-norm": x = F.instance_norm(x, weight=tensor(node["gamma"]), bias=tensor(node["beta"]))
            elif op == "relu": x = x.relu()
            elif op == "max-pool": x = F.max_pool2d(x, 2)
            elif op == "average-pool": x = F.avg_pool2d(x, 2)
            elif op == "add": x = x + others[0]
            elif op == "mean": x = x.mean((2, 3))
            elif op == "flatten": x = x.permute(0, 2, 3, 1).flatten(1)
            elif op == "dense": x = x @ tensor(node["kernel"]) + tensor(node["bias"])
            both = self.card["mirror"] and node["name"] == "embedding"
            values[node["name"]] = sum(x.chunk(2)) / 2 if both else x
        return values["embedding"], values["logits"]`;

/** Lines that use it. */
export const pytorchLines = (tensors: string): string => `import numpy as np
from PIL import Image, ImageOps

model = Classifier("${tensors}")
card = model.card
${PILLOW}
logits, probabilities, embedding = model(torch.from_numpy(pixels))
for name, probability in zip(card["classes"], probabilities[0]):
    print(f"{probability:.4f} {name}")`;
