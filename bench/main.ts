import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import { whole } from '../cli/numbers.ts';
import { BACKENDS } from '../core/contracts/stats.ts';
import { messageOf } from '../core/errors.ts';
import { backendTrouble } from '../core/tensor/backend/available.ts';
import { BUNDLES, bundle, ROOT } from './bundle.ts';
import { type Compared, type CompareOptions, compare, type Rival } from './compare.ts';
import { COMPARISONS, type Comparison, OWN_DECODER, SHARP } from './comparisons.ts';
import { measureCurves } from './curves.ts';
import { ONNXRUNTIME } from './engines.ts';
import { FACE_FORMATS, type FaceFormat, writeFaces } from './faces.ts';
import { readInputs, writeInputs } from './inputs.ts';
import { A_HANDFUL, type MiningMeasured, measureMining } from './mining.ts';
import { writeMiningStore } from './mining-store.ts';
import { peerPython, peerVersions } from './python.ts';
import { measureReading } from './reading.ts';
import { renderReport } from './report/page.ts';
import { comparisonTable } from './report/tables.ts';
import { measureRestart } from './restart.ts';
import { measureStart } from './start.ts';
import type { Results } from './targets.ts';

const NAMES = [...COMPARISONS.map(({ name }) => name), 'mining', 'curves', 'reading', 'start'];
const options = new Command('bench')
  .description('Measures ours against PyTorch and Pillow on this machine.')
  .option('--quick', 'three short laps a side: a look, not a measurement', false)
  .addOption(new Option('--only <names...>', 'some parts').choices(NAMES))
  .option('--gpu', 'what computes on a GPU alone, ours and PyTorch; else it is one side of many', false)
  .option('--threads <n>', 'threads of an operation, the same on all sides', whole(1), 1)
  .option('--repetitions <n>', 'laps a side', whole(1))
  .option('--images <n>', 'images that each format of a pool is read of', whole(1), 10_000)
  .option('--out <file>', 'write the page there as well')
  .parse()
  .opts<{
    quick: boolean;
    only?: string[];
    gpu: boolean;
    threads: number;
    repetitions?: number;
    images: number;
    out?: string;
  }>();

const wanted = (name: string): boolean => options.only === undefined || options.only.includes(name);
const say = (text: string): void => console.log(text);

/** Measures everything that is wanted. @param write - is given the page whenever there is more of it: whoever stops early keeps what is there */
const measure = async (work: string, write: (page: string) => Promise<void>): Promise<void> => {
  const load = loadavg()[0]!;
  // Formats are compared with one another, in this process, and mining jobs with their nets.
  const alone = !NAMES.some((name) => wanted(name) && !['mining', 'curves', 'reading'].includes(name));
  const python = alone ? undefined : await peerPython(join(ROOT, 'bench'));
  const backends = BACKENDS.filter((name) => {
    if (options.gpu && name !== 'tensorflow-gpu') return false;
    const trouble = backendTrouble(name);
    if (trouble !== undefined) say(`${name} is left out: ${trouble.problem}.`);
    return trouble === undefined;
  });
  if (options.only?.join() !== 'reading') {
    await bundle();
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: ROOT });
    await writeInputs(work);
  }
  await writeFaces(work, wanted('curves') ? (Object.keys(FACE_FORMATS) as FaceFormat[]) : ['png', 'jpg']);

  const compareOptions: CompareOptions = {
    threads: options.threads,
    inputs: work,
    repetitions: options.repetitions ?? (options.quick ? 3 : 7),
    part: options.quick ? 0.5 : 1,
  };
  const node = [process.execPath, BUNDLES.side] as const;
  const rivalsOf = ({ kind }: Comparison): Rival[] => {
    const peer = [python!, join(ROOT, 'bench/peers/main.py')] as const;
    if (kind === 'decoder') {
      return [
        { name: OWN_DECODER, ours: true, device: 'cpu', command: node },
        { name: SHARP, ours: false, device: 'cpu', command: node },
        { name: 'Pillow', ours: false, device: 'cpu', command: peer },
      ];
    }
    const engines = options.gpu ? backends : [...backends, ONNXRUNTIME];
    const ours = engines.map((name): Rival => ({ name, ours: true, device: 'cpu', command: node }));
    if (kind === 'net without peer') return ours;
    const onGpu = backends.includes('tensorflow-gpu') ? (['cuda'] as const) : [];
    const layouts = [...(options.gpu ? [] : (['cpu'] as const)), ...onGpu].flatMap((device) =>
      ['nhwc', 'nchw'].map(
        (layout): Rival => ({ name: `PyTorch ${device} ${layout}`, ours: false, device, command: peer }),
      ),
    );
    return [...ours, ...layouts];
  };

  const { threads, repetitions } = compareOptions;
  const { quick } = options;
  const run = { threads, repetitions, load, quick, ownPool: Boolean(process.env.OMNIDISTILL_BENCH_POOL) };
  const peers = python === undefined ? {} : await peerVersions(python);
  const compared: Compared[] = [];
  const mined: MiningMeasured[] = [];
  let results: Results = { compared, mined, reading: [], starts: [] };
  const note = async (more: Partial<Results> = {}): Promise<void> => {
    results = { ...results, ...more };
    await write(await renderReport({ ...results, run, peers }));
  };

  const measureOne = async (comparison: Comparison, rivals: readonly Rival[], threads: number): Promise<void> => {
    const result = await compare(comparison, rivals, { ...compareOptions, threads });
    compared.push(result);
    say(comparisonTable([result]));
    await note();
  };
  for (const comparison of COMPARISONS.filter(({ name }) => wanted(name))) {
    const rivals = rivalsOf(comparison);
    await measureOne(comparison, rivals, threads);
    if (!comparison.alsoOnTwo || threads !== 1 || availableParallelism() < 2 || options.gpu) continue;
    const title = `${comparison.title}, 2 threads`;
    // wasm has one thread, whatever it is told.
    const others = rivals.filter(({ name }) => name !== 'wasm');
    await measureOne({ ...comparison, title }, others, 2);
  }
  if (wanted('start')) {
    const starts = await measureStart(backends, python!, repetitions);
    await note({ starts, restart: await measureRestart(work, repetitions) });
  }
  if (wanted('mining')) {
    const sizes = [A_HANDFUL, ...(quick ? [500, 1000] : [1000, 2000, 4000])];
    const pool = process.env.OMNIDISTILL_BENCH_POOL || join(work, 'png');
    const store = join(work, 'store');
    await writeMiningStore(store, pool, sizes, await readInputs(work));
    for (const backend of options.gpu ? backends : ([ONNXRUNTIME, ...backends] as const)) {
      say(`Mining on ${backend} ...`);
      mined.push(await measureMining(store, sizes, backend, compareOptions));
      await note();
    }
  }
  if (wanted('curves')) await note({ curves: await measureCurves(work, quick ? 500 : 2000) });
  if (wanted('reading')) await note({ reading: await measureReading(work, options.images, repetitions) });
};

const work = await mkdtemp(join(tmpdir(), 'omnidistill-bench-'));
try {
  let page = '';
  await measure(work, async (latest) => {
    page = latest;
    if (options.out !== undefined) await writeFile(options.out, page);
  });
  say(page);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
