import { bestPeer, type Compared, cpuRatioTo, type Measured, ratioTo } from '../compare.ts';
import { CORE_HOUR, type Curves } from '../curves.ts';
import type { MiningMeasured } from '../mining.ts';
import type { ReadingMeasured } from '../reading.ts';
import type { BenchSpread } from '../spread.ts';
import type { Start } from '../start.ts';

/** Three digits that count. */
export const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** Median with the smallest and the largest. */
export const spread = ({ median, min, max }: BenchSpread): string =>
  `${short(median)} (${short(min)} to ${short(max)})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Backends of a GPU against peers on the GPU, all others against peers on the processor. */
export const peerOf = (compared: Compared, { side }: Measured): Measured | undefined => {
  const onGpu = side === 'tensorflow-gpu';
  const peers = compared.peers.filter((peer) => peer.side.includes('cuda') === onGpu);
  return bestPeer({ ...compared, peers });
};

const row = (compared: Compared, measured: Measured): string[] => {
  const { comparison, peers } = compared;
  const peer = peers.includes(measured) ? undefined : peerOf(compared, measured);
  const memory = `${Math.round(measured.peakMiB)}`;
  return [
    comparison.title,
    measured.side,
    `${spread(measured.rate)} ${comparison.unit}/s`,
    peer === undefined ? '' : spread(ratioTo(measured, peer)),
    peer === undefined ? '' : short(cpuRatioTo(measured, peer)),
    short(measured.cpuPerThousand),
    measured.gpuPercent === undefined ? memory : `${memory}; GPU ${Math.round(measured.gpuPercent)} % busy`,
    measured.difference === 0 ? '' : measured.difference.toExponential(0),
  ];
};

export const comparisonTable = (all: readonly Compared[]): string =>
  table(
    ['work', 'side', 'rate', 'to the best peer', 'the same by CPU time', 'CPU s per 1,000', 'peak MiB', 'check'],
    all.flatMap((compared) => [...compared.ours, ...compared.peers].map((measured) => row(compared, measured))),
  );

export const miningTable = (all: readonly MiningMeasured[]): string =>
  table(
    [
      ...['engine', 'nets alone, images/s', 'whole job, images/s', 'job to nets', 'first image to last, to nets'],
      ...['start and end, s', 'in a process that had a job before, s', 'job waits for images', 'all cores busy'],
    ],
    all.map(({ backend, netOnly, job, ratio, ratioAmidst, idle, idleAgain, waiting, busy }) => [
      backend,
      spread(netOnly),
      spread(job),
      spread(ratio),
      spread(ratioAmidst),
      spread(idle),
      spread(idleAgain),
      `${(100 * waiting).toFixed(1)} % of its time`,
      `${(100 * busy).toFixed(0)} %`,
    ]),
  );

export const growthTable = (all: readonly MiningMeasured[]): string =>
  table(
    ['backend', 'images', 'job s', 'process s', 'images/s', 'waits s', 'computes s', 'CPU s', 'peak MiB'],
    all.flatMap(({ backend, growth }) =>
      growth.map(({ images, jobSeconds, wallSeconds, waitSeconds, computeSeconds, cpuSeconds, peakMiB }) => [
        backend,
        images.toLocaleString('en'),
        short(jobSeconds),
        short(wallSeconds),
        short(images / jobSeconds),
        short(waitSeconds),
        short(computeSeconds),
        short(cpuSeconds),
        String(Math.round(peakMiB)),
      ]),
    ),
  );

const dollarsAMillion = (rate: number): string => `$${short((1e6 / rate / 3600) * CORE_HOUR)}`;

/** Images a second that five nets of the standard preset look at, with their mirrors, on an H200 (docs/compute.md). */
const OF_A_GPU = 10_000;

export const imageCurveTable = ({ images }: Curves): string => {
  const cores = images[0]!.jobs.map((job) => job.cores);
  return table(
    [
      ...['images', 'bytes', 'decoded, images a core second', 'a million decoded'],
      ...cores.map((n) => `mining job on ${n} ${n === 1 ? 'core' : 'cores'}, images/s`),
      ...[`a million mined, on ${cores[0]}`, `cores that decode for a GPU of ${short(OF_A_GPU)} images/s`],
    ],
    images.map(({ kind, bytes, decoded, jobs }) => [
      kind,
      short(bytes),
      short(decoded),
      dollarsAMillion(decoded),
      ...jobs.map(({ rate }) => short(rate)),
      dollarsAMillion(jobs[0]!.rate / jobs[0]!.cores),
      String(Math.ceil(OF_A_GPU / decoded)),
    ]),
  );
};

export const poolCurveTable = ({ pools }: Curves): string =>
  table(
    ['images', 'mining, hours', 'the run, dollars'],
    pools.map(({ images, miningHours, dollars }) => [short(images), short(miningHours), short(dollars)]),
  );

export const readingTable = (all: readonly ReadingMeasured[]): string =>
  table(
    [
      ...['format', 'bytes, images/s', 'to tar', 'the same by CPU time'],
      ...['decoded, images/s', 'to tar', 'the same by CPU time'],
    ],
    all.map(({ format, bytes, pixels }) => [
      format,
      ...[bytes, pixels].flatMap(({ rate, toTar, toTarByCpu }) => [spread(rate), spread(toTar), spread(toTarByCpu)]),
    ]),
  );

export const startTable = (starts: readonly Start[]): string =>
  table(
    ['side', 's from start of the process to the first convolution'],
    starts.map(({ side, seconds }) => [side, spread(seconds)]),
  );

export const targetTable = (
  targets: readonly { readonly what: string; readonly wanted: string; readonly got: string; readonly met: boolean }[],
): string =>
  table(
    ['target', 'wanted', 'measured', ''],
    targets.map(({ what, wanted, got, met }) => [what, wanted, got, met ? 'met' : '**missed**']),
  );
