import { parseArm, standingOf } from '../../contracts/arms.ts';
import { releasedSets } from '../../contracts/config.ts';
import type { Audit, Summary } from '../../contracts/summary.ts';
import { count, counted, listedSome, percent } from '../../text/format.ts';
import { holdsCopies } from '../../text/privacy.ts';
import { comparisonOf } from './arms.ts';
import { worthOn } from './brief-worth.ts';

/** What is said in short of a run, for a reader who knows nothing of nets: sentences by question. */
export interface Brief {
  readonly given: readonly string[];
  readonly cameOut: readonly string[];
  readonly worth: readonly string[];
  readonly next: readonly string[];
  readonly doubts: readonly string[];
}

/** What the summary does not say itself. */
export interface BriefFacts {
  /** Images of the labelled set as they were listed. */
  readonly labelled: number;
  /** Images by benchmark. */
  readonly benchmarks: Readonly<Record<string, number>>;
  /** How much there is to know before the numbers are believed. */
  readonly warnings: number;
}

/** The run in plain words: natural frequencies instead of percentages, and every difference with how far it can be relied on. */
export const briefOf = (summary: Summary, facts: BriefFacts): Brief => ({
  given: given(summary, facts),
  cameOut: cameOut(summary),
  worth: Object.keys(summary.accuracy).flatMap((benchmark) => worthOn(summary, benchmark)),
  next: nextSteps(summary, facts),
  doubts: doubts(summary, facts),
});

function given({ classes, mined }: Summary, { labelled, benchmarks }: BriefFacts): string[] {
  const kept = Object.entries(benchmarks).map(([name, images]) => `${name} (${counted(images, 'image')})`);
  return [
    `${counted(labelled, 'image')} of which people had said what they show, in ${counted(classes.length, 'class', 'classes')}: ${listedSome(classes)}.`,
    `A pool of ${counted(mined.poolImages, 'readable image')} of which nobody had.`,
    `To measure on, and for nothing else: ${listedSome(kept)}.`,
  ];
}

function cameOut({ mined, config, classes }: Summary): string[] {
  const sets = releasedSets(config);
  const sizes = [...new Set(sets.map(({ ipc }) => ipc * classes.length))].map(count);
  return [
    `${count(mined.mined)} images of the pool with a label that the model gave them.`,
    mined.audit === undefined || mined.audit.checked === 0
      ? `The model expects ${percent(mined.expectedPrecision, 0)} of these labels to be right; no person has checked.`
      : `Of these labels ${percent(mined.audit.precision, 0)} are right, as far as ${counted(mined.audit.checked, 'checked image')} tell${precisionRange(mined.audit)}.`,
    ...(sets.length > 0
      ? [
          `${counted(sets.length, 'small set')} of ${listedSome(sizes)} images that ${sets.length === 1 ? 'stands' : 'stand'} for all of them.`,
        ]
      : []),
    'Trained nets, ready to be asked about other images.',
  ];
}

/** Nothing where every label was checked: then there is no doubt. */
function precisionRange({ low, high }: Audit): string {
  return high - low < 0.005 ? '' : ` (${percent(low, 0)} to ${percent(high, 0)})`;
}

/** The verdicts of the student over the primitive and over its control, on all benchmarks. */
function verdicts(summary: Summary): { readonly over: readonly string[]; readonly control: readonly string[] } {
  const of = (reference: 'primitive' | 'control'): string[] =>
    Object.keys(summary.accuracy).map(
      (name) => comparisonOf(summary, name, 'omni', reference)?.verdict ?? 'no-evidence',
    );
  return { over: of('primitive'), control: of('control') };
}

function nextSteps(summary: Summary, { warnings }: BriefFacts): string[] {
  const { over, control } = verdicts(summary);
  const isChecked = (summary.mined.audit?.checked ?? 0) > 0;
  const best = bestArm(summary);
  return [
    ...(warnings > 0 ? [`Read what stands under “Before you rely on this”: ${counted(warnings, 'point')}.`] : []),
    ...(isChecked
      ? []
      : ['Look at some mined images under “Audit by hand”: ten minutes tell how many labels are right.']),
    ...(summary.config.seeds < 2
      ? ['Train with three seeds or more (config.seeds): one tells nothing about chance.']
      : []),
    over.includes('loss')
      ? 'Do not use the mined images as they are. Compare some of them with the labelled ones: do they show the same kind of thing?'
      : control.length > 0 && control.every((verdict) => verdict === 'gain')
        ? 'Use the mined images and the nets that learned from them.'
        : 'Do not count on the pool yet: more labelled images, a pool that is more like them, or a larger benchmark can show what this run cannot.',
    ...(best === undefined
      ? []
      : [
          `Of the nets, ${best} was right most often. Ask the student about images of yours: npx omnidistill predict RUN IMAGE.`,
        ]),
  ];
}

/** Which of our nets does best over all benchmarks. */
function bestArm({ accuracy }: Summary): string | undefined {
  const tables = Object.values(accuracy);
  const ours = Object.keys(tables[0] ?? {}).filter((name) => standingOf(parseArm(name)) === 'ours');
  const total = (name: string): number => tables.reduce((sum, table) => sum + (table[name]?.mean ?? 0), 0);
  return ours.sort((a, b) => total(b) - total(a))[0];
}

function doubts(summary: Summary, { benchmarks }: BriefFacts): string[] {
  const isChecked = (summary.mined.audit?.checked ?? 0) > 0;
  return [
    `That it does as well on other images: only ${listedSome(Object.keys(benchmarks))} ${Object.keys(benchmarks).length === 1 ? 'was' : 'were'} measured. Other cameras, places or people were not.`,
    'That a number proves something where settings, or this very run, were chosen by it: only a benchmark that was opened once does.',
    'That a difference called “no evidence” is one, or that there is none.',
    ...(isChecked
      ? []
      : ['That the labels of the mined images are as right as the model says: it marks its own work.']),
    ...(Object.values(summary.privacy).some(holdsCopies)
      ? ['That the small sets show nobody: they hold copies of real images, or images near to them.']
      : []),
  ];
}
