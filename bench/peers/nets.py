"""The two nets as PyTorch functions of the same flat parameter vectors."""

import torch
import torch.nn.functional as F

CLASSES = 7
EPSILON = 1e-5
WIDTHS = (32, 64, 128)
# Kernel, stride, input, output, pool.
K2_LAYERS = ((5, 2, 1, 32, True), (3, 1, 32, 64, False), (3, 1, 64, 64, True), (3, 1, 64, 128, False), (3, 1, 128, 128, False))


class Layout:
    """Where channels lie in memory, and on which device."""

    def __init__(self, name, device):
        self.last = name == "nhwc"
        self.device = device

    def images(self, array):
        """[n, h, w, c] as an NCHW tensor in this layout."""
        return self.place(torch.from_numpy(array).permute(0, 3, 1, 2))

    def kernel(self, hwio):
        return self.place(hwio.permute(3, 2, 0, 1))

    def place(self, tensor):
        form = torch.channels_last if self.last else torch.contiguous_format
        return tensor.to(self.device).contiguous(memory_format=form)

    def flat(self, features):
        """[n, features], in the order that costs nothing in this layout."""
        return (features.permute(0, 2, 3, 1) if self.last else features).reshape(features.shape[0], -1)

    def head(self, kernel, height, width, channels):
        """The kernel [features, classes] in the order of `flat`, as a linear layer's weight."""
        if not self.last:
            kernel = kernel.reshape(height, width, channels, -1).permute(2, 0, 1, 3).reshape(kernel.shape)
        return kernel.t().contiguous().to(self.device)


def parts(flat, shapes):
    tensors = torch.from_numpy(flat).split([int(torch.tensor(shape).prod()) for shape in shapes])
    return [tensor.reshape(shape) for tensor, shape in zip(tensors, shapes)]


def convnet_parameters(flat, layout, size):
    inputs = (1, *WIDTHS[:-1])
    shapes = [s for i, o in zip(inputs, WIDTHS) for s in ((3, 3, i, o), (o,), (o,))]
    side = size // 8
    shapes += [(side * side * WIDTHS[-1], CLASSES), (CLASSES,)]
    *blocks, head, bias = parts(flat, shapes)
    placed = [layout.kernel(t) if t.dim() == 4 else t.clone().to(layout.device) for t in blocks]
    return [*placed, layout.head(head, side, side, WIDTHS[-1]), bias.clone().to(layout.device)]


def convnet_features(parameters, x, layout):
    for i in range(len(WIDTHS)):
        kernel, gamma, beta = parameters[3 * i : 3 * i + 3]
        x = F.instance_norm(F.conv2d(x, kernel, padding=1), weight=gamma, bias=beta, eps=EPSILON)
        x = F.avg_pool2d(F.relu(x), 2)
    return layout.flat(x)


def convnet_logits(parameters, x, layout):
    return F.linear(convnet_features(parameters, x, layout), parameters[-2], parameters[-1])


def k2_parameters(flat, layout):
    shapes = [s for k, _, i, o, _ in K2_LAYERS for s in ((k, k, i, o), (o,), (o,))]
    shapes += [(K2_LAYERS[-1][3], CLASSES), (CLASSES,)]
    *blocks, head, bias = parts(flat, shapes)
    placed = [layout.kernel(t) if t.dim() == 4 else t.clone().to(layout.device) for t in blocks]
    return [*placed, head.t().contiguous().to(layout.device), bias.clone().to(layout.device)]


def k2_pad(x):
    """The first convolution's padding, which has one more pixel after than before."""
    return F.pad(x, (1, 2, 1, 2))


def k2_logits(parameters, padded):
    x = padded
    for i, (kernel_size, stride, _, _, pool) in enumerate(K2_LAYERS):
        kernel, gamma, beta = parameters[3 * i : 3 * i + 3]
        x = F.conv2d(x, kernel, stride=stride, padding=0 if i == 0 else kernel_size // 2)
        x = F.relu(F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON))
        x = F.max_pool2d(x, 2) if pool else x
    return F.linear(x.mean((2, 3)), parameters[-2], parameters[-1])


def k2_folded(flat, layout):
    """Kernels and biases with norms of mean 0 and variance 1 folded in."""
    parameters = k2_parameters(flat, layout)
    scale = (1 + EPSILON) ** -0.5
    folded = []
    for i in range(len(K2_LAYERS)):
        kernel, gamma, beta = parameters[3 * i : 3 * i + 3]
        folded += [layout.place(kernel * (gamma * scale)[:, None, None, None]), beta]
    return folded


def k2_map(folded, padded):
    x = padded
    for i, (kernel_size, stride, _, _, pool) in enumerate(K2_LAYERS):
        x = F.relu(F.conv2d(x, *folded[2 * i : 2 * i + 2], stride=stride, padding=0 if i == 0 else kernel_size // 2))
        x = F.max_pool2d(x, 2) if pool else x
    return x
