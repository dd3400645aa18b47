import { ARMS, measuredKinds } from '../../contracts/arms.ts';
import { hasBanks } from '../../contracts/config.ts';
import { mirrors } from '../../contracts/mirror.ts';
import type { SetSpec } from '../../contracts/names.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import { netOfRole } from '../../contracts/roles.ts';
import type { Summary } from '../../contracts/summary.ts';
import { splitObjectUri } from '../../store/uri.ts';

/** `eval.json`: the protocol beside the numbers. */
export const releaseEval = (
  plan: Plan,
  summary: Summary,
  sets: readonly SetSpec[],
  benchmarkImages: Readonly<Record<string, number>>,
): ReleaseEval => ({
  formatVersion: 2,
  runId: plan.runId,
  classes: plan.classes,
  sets: [...sets],
  protocol: {
    arms: Object.fromEntries(measuredKinds(plan.config).map((kind) => [kind, ARMS[kind].meaning])),
    nets: netsOf(plan),
    augmentation: augmentationOf(plan),
    prediction: `${mirrors(plan.config.image) ? 'mean of the image and its mirror' : 'of the image as it is'}, after the last step; nothing is selected on a benchmark`,
    seeds: plan.config.seeds,
    draws: plan.config.draws,
  },
  config: withoutPaths(plan.config),
  backend: summary.backend,
  benchmarks: Object.fromEntries(
    Object.entries(plan.benchmarks).map(([name, uri]) => [
      name,
      { ...(isLocal(uri) ? {} : { uri }), images: benchmarkImages[name] ?? 0 },
    ]),
  ),
  accuracy: summary.accuracy,
  macroRecall: summary.macroRecall,
  recall: summary.recall,
  brier: summary.brier,
  nll: summary.nll,
  ece: summary.ece,
  comparisons: summary.comparisons,
});

/** Paths of a machine tell strangers who its owner is, and nothing that they can use. */
function isLocal(uri: string): boolean {
  return uri.startsWith('file:');
}

/** The settings with no more than the name of a backbone that lay on the publisher's machine. */
function withoutPaths(config: Plan['config']): Plan['config'] {
  const { backbone } = config;
  if (backbone === undefined || !isLocal(backbone.uri)) return config;
  return { ...config, backbone: { ...backbone, uri: `file:///${splitObjectUri(backbone.uri).key}` } };
}

function netsOf({ config }: Plan): string {
  const [run, student] = [netOfRole(config, 'primitive'), netOfRole(config, 'student')];
  const words = ({ name, width }: Plan['config']['net']): string => `${name} of width ${width}`;
  const other = words(student) === words(run) ? '' : `; students and their controls ${words(student)}`;
  return `${words(run)}${other}; only/ sets train one of width ${run.width / 2}`;
}

function augmentationOf(plan: Plan): string {
  const { config } = plan;
  const { shift, degrees, scale, contrast, offset, cutout } = config.augmentation;
  const part = (share: number): string => share.toFixed(3);
  return (
    `${mirrors(plan.config.image) ? 'flip; ' : ''}shift ±${part(shift)} of the side; rotation ±${degrees}°; scale ±${part(scale)}; ` +
    `contrast ±${part(contrast)}; offset ±${part(offset)}; cutout of ${part(cutout)} of the side in half of the cases; ` +
    `mixup ${config.primitive.mixup} (student ${config.student.mixup})${hasBanks(config) ? '; views of label banks as they are' : ''}`
  );
}
