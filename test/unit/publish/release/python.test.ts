import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { imageAt } from '../../../../core/data/images.ts';
import { encodePng } from '../../../../core/format/png.ts';
import { openStore } from '../../../../core/store/open.ts';
import { selectBackend } from '../../../../core/tensor/backend.ts';
import { LEARNABLE, learnableBenchmark, writeLearnableRelease } from '../../../support/learnable-release.ts';
import { pythonWith } from '../../../support/python.ts';
import { plan, RUN } from '../../../support/small-release.ts';
import { SIZE } from '../../../support/toy.ts';

const root = mkdtempSync(join(tmpdir(), 'release-python-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Made = { readonly release: string; readonly low: number; readonly code: readonly string[] };
const made: Record<'bank' | 'plain', Made> = { bank: undefined, plain: undefined } as never;

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
  for (const kind of ['bank', 'plain'] as const) {
    const { low } = await writeLearnableRelease(openStore(pathToFileURL(join(root, kind)).href), kind === 'bank');
    const release = join(root, kind, 'runs', RUN, 'release');
    const card = readFileSync(join(release, 'README.md'), 'utf8');
    made[kind] = { release, low, code: [...card.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code!) };
    for (const [i, label] of learnableBenchmark.labels.entries()) {
      const folder = join(release, 'benchmark', plan.classes[label]!);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${i}.png`), encodePng(imageAt(learnableBenchmark, i), SIZE, SIZE, 1));
    }
  }
}, 600_000);

/** What a program prints that runs in a release, or the test is skipped where no Python has the packages. */
const runPython = (test: TestContext, packages: readonly string[], code: string, kind: 'bank' | 'plain' = 'bank') => {
  const python = pythonWith(...packages);
  if (python === undefined) return test.skip(`no python3 has ${packages.join(', ')}`);
  const env = {
    ...process.env,
    HF_HOME: join(root, 'hub'),
    HF_HUB_OFFLINE: '1',
    PYTHONPATH: '.',
    OMP_NUM_THREADS: '1',
  };
  return execFileSync(python, ['-c', code], { cwd: made[kind].release, encoding: 'utf8', stdio: 'pipe', env });
};
const TABLES = `import json, os
from datasets import get_dataset_config_names, load_dataset
from huggingface_hub import DatasetCard
release = os.getcwd()
told = {}
for config in get_dataset_config_names(release):
    data = load_dataset(release, config, split="train")
    told[config] = [len(data), data.features["label"].names, sorted(set(data["class_name"]))]
data = load_dataset(release)["train"]
row = data[4]
folders = load_dataset("imagefolder", data_dir="${LEARNABLE}", split="train")
print(json.dumps({**told, "row": {**row, "image": [row["image"].mode, *row["image"].size]}, "columns": data.column_names,
                  "folders": [len(folders), set(folders["set"]).pop(), folders[4]["soft_label"] == row["soft_label"]],
                  "card": [DatasetCard.load("README.md").data.to_dict()[key] for key in ("pretty_name", "license", "license_link")],
                  "score": load_dataset(release, "mined", split="train")[0]["similarity"]}))`;

describe('what others do with a release, in Python', { timeout: 600_000 }, () => {
  it('load_dataset gives single views with class names and soft labels by default, sets and mined set by name', (test) => {
    const { row, columns, ...said } = JSON.parse(runPython(test, ['datasets', 'PIL'], TABLES));
    const { classes } = plan;
    expect(said).toEqual({
      default: [16, classes, classes],
      [LEARNABLE]: [16, classes, classes],
      mined: [1, classes, ['happy']],
      folders: [16, LEARNABLE, true],
      card: [`Distilled sets of run ${RUN}`, 'other', 'LICENSE.md'],
      score: 0.9,
    });
    expect(columns).toEqual([...['image', 'label', 'class_name', 'soft_label', 'set', 'index', 'view', 'made_from']]);
    expect(row).toMatchObject({
      ...{ image: ['L', SIZE, SIZE], label: 0, class_name: 'happy', set: LEARNABLE, index: 1, view: 0 },
      made_from: ['pool-0.tar/./é 1-0.png'],
    });
  });

  it('pandas, Polars, DuckDB and pyarrow read its tables', (test) => {
    const code = `import duckdb, pandas, polars, pyarrow.parquet
path = "${LEARNABLE}/train.parquet"
print(len(pandas.read_parquet(path)), polars.read_parquet(path)["image"].struct.field("bytes")[0][:4] == b"\\x89PNG",
      duckdb.sql(f"select count(*) from '{path}' where class_name = 'sad' and soft_label[2] > 0.8").fetchall()[0][0],
      pyarrow.parquet.read_table("mined/mined.parquet").schema.field("label").type)`;
    expect(runPython(test, ['duckdb', 'pandas', 'polars', 'pyarrow'], code)).toBe('16 True 8 int64\n');
  });

  it('mlcroissant finds no error in croissant.json and gives every record', (test) => {
    const code = `import mlcroissant
data = mlcroissant.Dataset("croissant.json")
records = {one.uuid: list(data.records(one.uuid)) for one in data.metadata.record_sets}
print(sorted(data.metadata.ctx.issues.errors), *map(len, records.values()))
row = records["${LEARNABLE}"][12]
print(row["${LEARNABLE}/image"].size, row["${LEARNABLE}/label"], [round(p, 1) for p in row["${LEARNABLE}/soft_label"]])`;
    expect(runPython(test, ['mlcroissant', 'PIL'], code)).toBe(`[] 2 16 1\n(${SIZE}, ${SIZE}) 1 [0.1, 0.9]\n`);
  });

  it.for(['bank', 'plain'] as const)('the lines of the card reach the printed accuracy: %s', (kind, test) => {
    const packages = ['torch', 'numpy', 'PIL', 'safetensors', ...(kind === 'plain' ? ['datasets'] : [])];
    const [, training, testing, floats] = made[kind].code;
    const printed = runPython(
      test,
      packages,
      `${training}\n${testing}\n${floats}\nprint(*views.shape, *targets.shape)`,
      kind,
    );
    const [, accuracy, images] = /^([\d.]+) % of (\d+) images\n16 1 16 16 16 2$/m.exec(printed)!;
    expect(Number(images)).toBe(learnableBenchmark.count);
    expect(Number(accuracy) / 100).toBeGreaterThanOrEqual(made[kind].low);
  });

  it('a net that takes the PNG folders for images of classes learns, and sees no grids', (test) => {
    const code = `import torch, torchvision
from torch import nn
tf = torchvision.transforms
read = tf.Compose([tf.Grayscale(), tf.ToTensor()])
load = lambda folder: [torch.stack(x) if i == 0 else torch.tensor(x) for i, x in enumerate(zip(*torchvision.datasets.ImageFolder(folder, read)))]
(x, y), (u, v) = load("${LEARNABLE}/train"), load("benchmark")
net = nn.Sequential(nn.Conv2d(1, 8, 5, 2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2))
optimiser = torch.optim.Adam(net.parameters(), 1e-2)
for _ in range(60):
    loss = nn.functional.cross_entropy(net(x), y)
    optimiser.zero_grad(); loss.backward(); optimiser.step()
print((net(u).argmax(1) == v).float().mean().item())`;
    expect(Number(runPython(test, ['torch', 'torchvision'], code))).toBeGreaterThan(0.9);
  });
});
