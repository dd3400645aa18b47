"""A peer's side of a comparison: python main.py TASK, see bench/protocol.ts."""

import json
import pathlib
import sys

from protocol import read_inputs, serve

LEARNING_RATE, WEIGHT_DECAY, BATCH, CHECKED = 2e-3, 0, 64, 512


def training(inputs, parameters, images, logits, device):
    import torch
    import torch.nn.functional as F

    for parameter in parameters:
        parameter.requires_grad_()
    targets = torch.from_numpy(inputs["targets"]).to(device)
    # One kernel for all parameters: the fastest AdamW that PyTorch has.
    optimiser = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(logits(parameters, images), targets)
        loss.backward()
        optimiser.step()
        return loss.detach()

    def lap(steps):
        for _ in range(steps):
            loss = step()
        loss.item()
        return steps * BATCH

    return [step().item() for _ in range(3)], lap


def embedding(images, features):
    import torch

    def embed():
        with torch.inference_mode():
            return features(images).cpu().numpy()

    def lap(steps):
        for _ in range(steps):
            embed()
        return steps * images.shape[0]

    return embed, lap


def net_case(task, inputs):
    import torch

    import nets

    torch.set_num_threads(task["threads"])
    torch.manual_seed(0)
    layout = nets.Layout(task["side"].split()[-1], task["device"])
    images = layout.images(inputs["images"])
    size = images.shape[2]
    batch = layout.place(images[:BATCH])
    if task["case"] == "convnet-training":
        parameters = nets.convnet_parameters(inputs["convnetParameters"], layout, size)
        return training(inputs, parameters, batch, lambda p, x: nets.convnet_logits(p, x, layout), layout.device)
    if task["case"] in ("k2-training", "k2-fitting"):
        parameters = nets.k2_parameters(inputs["k2Parameters"], layout)
        padded = layout.place(nets.k2_pad(batch))
        losses, lap = training(inputs, parameters, padded, nets.k2_logits, layout.device)
        # Ours draws its batches when it fits, so that there is nothing to compare.
        return [] if task["case"] == "k2-fitting" else losses, lap
    if task["case"] == "convnet-embedding":
        parameters = nets.convnet_parameters(inputs["convnetParameters"], layout, size)
        embed, lap = embedding(images, lambda x: nets.convnet_features(parameters, x, layout))
        side, width = size // 8, nets.WIDTHS[-1]
        rows = embed()
        last = rows if layout.last else rows.reshape(-1, width, side, side).transpose(0, 2, 3, 1)
        return last.reshape(-1)[:CHECKED].tolist(), lap
    if task["case"] == "k2-embedding":
        folded = nets.k2_folded(inputs["k2Parameters"], layout)
        padded = layout.place(nets.k2_pad(images))
        embed, lap = embedding(padded, lambda x: nets.k2_map(folded, x).mean((2, 3)))
        return embed().reshape(-1)[:CHECKED].tolist(), lap
    from matching import matching

    return matching(inputs, layout)


def main():
    task = json.loads(sys.argv[1])
    folder = pathlib.Path(task["inputs"])
    if task["case"].startswith("decode-"):
        from decoding import decoding

        return serve(task, *decoding(folder / ("png" if task["case"] == "decode-png" else "jpg"), task["threads"]))
    return serve(task, *net_case(task, read_inputs(folder / "inputs.safetensors")))


main()
