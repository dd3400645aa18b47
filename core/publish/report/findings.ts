import { type Arm, armName, controlsOf, standingOf } from '../../contracts/arms.ts';
import { METHODS } from '../../contracts/methods.ts';
import { setName } from '../../contracts/names.ts';
import type { Comparison } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { total } from '../../statistics/total.ts';
import { comparisonWords } from '../../text/comparison.ts';
import { count, counted, listed, percent, points, signedPoints } from '../../text/format.ts';
import { comparisonOf, distilledSpecs, shortName } from './arms.ts';
import { copyWarnings } from './copy-warnings.ts';
import { fillWarnings } from './fill-warnings.ts';
import { poolWarnings } from './pool-warnings.ts';

/** How a distilled set did as a boost, against what it has to beat. */
export interface Rivalry {
  readonly set: string;
  readonly boost: Comparison;
  /** Differences by rival; only rivals that were measured. */
  readonly over: readonly { readonly rival: string; readonly by: Comparison }[];
  /** Above the primitive and every rival with the whole interval of the difference. */
  readonly earned: boolean;
}

/** Every distilled set of ours on a benchmark, as a boost, against the controls of its arm. */
export const rivalries = (summary: Summary, benchmark: string): Rivalry[] =>
  distilledSpecs(summary).flatMap((set) => {
    const arm: Arm = { kind: 'boost/<method>-ipc<k>', set };
    const boost = comparisonOf(summary, benchmark, armName(arm), 'primitive');
    if (standingOf(arm) !== 'ours' || boost === undefined) return [];
    const over = controlsOf(arm).flatMap((control) => {
      const by = comparisonOf(summary, benchmark, armName(arm), control);
      return by === undefined ? [] : [{ rival: shortName(control), by }];
    });
    const earned = boost.verdict === 'gain' && over.every(({ by }) => by.verdict === 'gain');
    return [{ set: setName(set), boost, over, earned }];
  });

/** What was gained on a benchmark, in one sentence. */
export const gainSentence = (summary: Summary, benchmark: string): string => {
  const gain = comparisonOf(summary, benchmark, 'omni', 'primitive');
  if (gain === undefined) return 'The student was not measured on this benchmark.';
  const images = counted(summary.images.omni ?? summary.mined.mined, 'mined image');
  if (gain.values.length < 2) {
    return `No evidence of a gain: ${images} change accuracy by ${signedPoints(gain.mean)} points on a single seed, which says nothing about chance.`;
  }
  const { mean, low, high, values, verdict } = gain;
  const measured = `${signedPoints(mean)} points (95 %: ${signedPoints(low)} to ${signedPoints(high)}; ${values.length} paired seeds)`;
  return {
    gain: `Training with ${images} raises accuracy by ${measured}.`,
    loss: `${images} do harm: accuracy changes by ${measured}.`,
    'no-evidence': `No evidence of a gain: ${images} change accuracy by ${measured}, which may be chance.`,
  }[verdict];
};

/** What of that the training alone has brought, and what the pool; nothing where no control was measured. */
export const controlSentence = (summary: Summary, benchmark: string): string | undefined => {
  const alone = comparisonOf(summary, benchmark, 'control', 'primitive');
  const over = comparisonOf(summary, benchmark, 'omni', 'control');
  if (alone === undefined || over === undefined) return undefined;
  return `The same training without the pool changes it by ${points(alone)} points. The mined images themselves are worth ${comparisonWords(over)}.`;
};

/** What the distilled sets are worth on a benchmark, in one sentence; nothing where a run makes none. */
export const distilledSentence = (summary: Summary, benchmark: string): string | undefined => {
  const all = rivalries(summary, benchmark);
  const earned = all.filter((set) => set.earned);
  if (all.length === 0) return undefined;
  if (earned.length === 0) {
    return `Of ${counted(all.length, 'distilled set')}, none is shown to be above its controls here.`;
  }
  const named = earned.map(({ set, boost }) => `${set} (${points(boost)} points)`);
  return `Of ${counted(all.length, 'distilled set')}, ${listed(named)} ${earned.length === 1 ? 'boosts' : 'boost'} the primitive and ${earned.length === 1 ? 'stands' : 'stand'} above the controls.`;
};

/** Everything that a reader has to know before believing the numbers. */
export const warningsOf = (summary: Summary): string[] => [
  ...(summary.config.seeds < 2 ? ['One seed alone tells nothing about chance. Set config.seeds to 3 or more.'] : []),
  ...drawsWarning(summary),
  ...copyWarnings(summary),
  ...poolWarnings(summary),
  ...fillWarnings(summary),
  ...Object.keys(summary.accuracy).flatMap((benchmark) => [
    ...harmWarning(summary, benchmark),
    ...controlWarning(summary, benchmark),
    ...backboneWarning(summary, benchmark),
  ]),
  ...mixWarning(summary),
  ...distilledWarning(summary),
  ...precisionWarning(summary),
  ...shardWarnings(summary),
];

function drawsWarning(summary: Summary): string[] {
  const drawn = summary.config.distill.methods.filter((method) => METHODS[method].drawn);
  return summary.config.draws < 2 && drawn.length > 0
    ? [
        `The sets of ${listed(drawn)} were drawn once: their intervals do not cover that another draw does better or worse. Set config.draws to 2 or more.`,
      ]
    : [];
}

function harmWarning(summary: Summary, benchmark: string): string[] {
  if (comparisonOf(summary, benchmark, 'omni', 'primitive')?.verdict !== 'loss') return [];
  const why = isSkewed(summary)
    ? 'Their class mix is reason enough: see below.'
    : 'Does the pool show the same kind of images as the labelled set?';
  return [`${benchmark}: the mined images made the model worse. ${why}`];
}

/** Part of the draws that may be of other classes than the pool's mix asks for. */
const NOTABLE_SKEW = 0.2;

const isSkewed = ({ mined }: Summary): boolean =>
  mixDifferences(mined).reduce((sum, { by }) => sum + Math.max(0, by), 0) > NOTABLE_SKEW;

/** How much more of its draws training gives each class than the pool has of it, as the miner sees it. */
function mixDifferences({ drawnByClass, poolByClass }: Summary['mined']) {
  const images = total(Object.values(poolByClass));
  return Object.entries(poolByClass).map(([name, value]) => {
    const [drawn, pool] = [drawnByClass[name] ?? 0, value / Math.max(images, 1)];
    return { name, drawn, pool, by: drawn - pool };
  });
}

function mixWarning(summary: Summary): string[] {
  if (!isSkewed(summary)) return [];
  const furthest = mixDifferences(summary.mined).sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const named = furthest
    .slice(0, 3)
    .map(({ name, drawn, pool }) => `${name} ${percent(drawn)} instead of ${percent(pool)}`);
  return [
    `Training draws the mined images in another class mix than the model sees in the pool: ${listed(named)}. That alone can do harm, however right the labels are. The selection was ${summary.mined.selection.name}; predicted-mix draws them in the pool's mix.`,
  ];
}

function controlWarning(summary: Summary, benchmark: string): string[] {
  const [over, omni, control] = (
    [
      ['omni', 'control'],
      ['omni', 'primitive'],
      ['control', 'primitive'],
    ] as const
  ).map(([arm, reference]) => comparisonOf(summary, benchmark, arm, reference));
  if (over === undefined || omni === undefined || control === undefined || over.verdict === 'gain') return [];
  const both = `control ${points(control)}, omni ${points(omni)} points over the primitive`;
  return over.mean <= 0
    ? [
        `${benchmark}: the control, which never saw the pool, gained as much as omni or more (${both}): nothing shows that the pool helped.`,
      ]
    : [
        `${benchmark}: omni is ahead of the control by ${points(over)} points (${both}): no evidence that the pool, and not the training, made the difference.`,
      ];
}

/** Nobody shall take a student for more than what taught it, where that can be used itself. */
function backboneWarning({ accuracy, config }: Summary, benchmark: string): string[] {
  const { backbone, omni, consistent } = accuracy[benchmark] ?? {};
  if (config.backbone === undefined || backbone === undefined || omni === undefined) return [];
  const best = Math.max(omni.mean, consistent?.mean ?? 0);
  if (best >= backbone.mean) return [];
  return [
    `${benchmark}: a linear head on the backbone alone is right about ${percent(backbone.mean)}, the best net that learned from what it mined about ${percent(best)}. The pool is worth what the nets gain over their controls; the rest is the backbone’s, and whoever can run it is served better by it.`,
  ];
}

/** One warning for all benchmarks: its last sentence need not be read twice. */
function distilledWarning(summary: Summary): string[] {
  const short = Object.keys(summary.accuracy).flatMap((benchmark) => {
    const reasons = rivalries(summary, benchmark).flatMap(({ set, over, boost, earned }) => {
      const rivals = over.filter(({ by }) => by.verdict !== 'gain');
      const named = rivals.map(({ rival, by }) => `${points(by)} over ${rival}`);
      return earned ? [] : [`${set} (${listed(named.length > 0 ? named : [`${points(boost)} over the primitive`])})`];
    });
    return reasons.length > 0 ? [`on ${benchmark} ${listed(reasons)}`] : [];
  });
  return short.length > 0
    ? [
        `Not shown to be above the controls as a boost: ${short.join('; ')}. A distillation method earns its place only above the no-pool control and above random images of the same number.`,
      ]
    : [];
}

/** Distance of expected from audited precision beyond which the calibration misleads. */
const NOTABLE_GAP = 0.1;

function precisionWarning({ mined }: Summary): string[] {
  if (mined.audit?.checked === 0) {
    return ['The audit file names none of the mined images: its column file must hold their keys, or ends of them.'];
  }
  // What the model expects is known of the whole mined set alone.
  return mined.audit?.covered === 1 && mined.expectedPrecision - mined.audit.high > NOTABLE_GAP
    ? [
        `The model expected ${percent(mined.expectedPrecision)} of its pseudo-labels to be right; the audit found ${percent(mined.audit.precision)}. Its probabilities are too high for this pool.`,
      ]
    : [];
}

const NAMED_SHARDS = 10;

function shardWarnings({ mined }: Summary): string[] {
  const { failedShards, truncatedShards, asked } = mined;
  const warnings: string[] = [];
  if (asked !== undefined) {
    warnings.push(
      `Of ${count(asked)} images that were to be mined, the best ${count(mined.mined)} were: the function that selects them holds no more. On AWS its memory is the setting aggregateMemoryMiB; it takes no more than two million in its time.`,
    );
  }
  if (failedShards.length > 0) {
    const named = failedShards.slice(0, NAMED_SHARDS).map(({ shard, error }) => `${shard} (${error.message})`);
    const more = failedShards.length > NAMED_SHARDS ? ' and others' : '';
    warnings.push(
      `The mined set lacks ${counted(failedShards.length, 'shard')} that failed: ${named.join('; ')}${more}.`,
    );
  }
  if (truncatedShards.length > 0) {
    const named = truncatedShards.slice(0, NAMED_SHARDS).map(count).join(', ');
    const more = truncatedShards.length > NAMED_SHARDS ? ' and others' : '';
    warnings.push(
      `${counted(truncatedShards.length, 'shard')} kept too few candidates, so images above the threshold may be missing: ${named}${more}. Mix the pool before it is cut into shards.`,
    );
  }
  return warnings;
}
