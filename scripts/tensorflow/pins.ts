/** A wheel of PyPI, by its very bytes. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

export const TENSORFLOW = '2.21.0';

/** Which of the wheels is fetched; the C libraries inside do not depend on the Python version. */
export const PYTHON_TAG = '312';
export const PLATFORMS = [
  'manylinux_2_27_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2014_x86_64',
  'manylinux1_x86_64',
] as const;

/** The highest Node-API version that tfjs-node-gpu 4.22 looks for; every Node from 16 on has it. */
export const NODE_API = 8;

const wheel = (name: string, version: string, sha256: string): Wheel => ({ name, version, sha256 });

/**
 * NVIDIA's libraries at the versions that this TensorFlow was compiled with: the lower bounds of its extra `and-cuda`.
 * @see `Requires-Dist` in the metadata of the wheel
 */
const CUDA: readonly Wheel[] = [
  wheel('nvidia-cublas-cu12', '12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'),
  wheel('nvidia-cuda-cupti-cu12', '12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'),
  wheel('nvidia-cuda-nvcc-cu12', '12.5.82', 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0'),
  wheel('nvidia-cuda-nvrtc-cu12', '12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'),
  wheel('nvidia-cuda-runtime-cu12', '12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'),
  wheel('nvidia-cudnn-cu12', '9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'),
  wheel('nvidia-cufft-cu12', '11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'),
  wheel('nvidia-curand-cu12', '10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'),
  wheel('nvidia-cusolver-cu12', '11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'),
  wheel('nvidia-cusparse-cu12', '12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'),
  wheel('nvidia-nccl-cu12', '2.27.7', 'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa'),
  wheel('nvidia-nvjitlink-cu12', '12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'),
];

export const WHEELS: Readonly<Record<'cpu' | 'gpu', readonly Wheel[]>> = {
  cpu: [wheel('tensorflow-cpu', TENSORFLOW, 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb')],
  gpu: [wheel('tensorflow', TENSORFLOW, 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0'), ...CUDA],
};
