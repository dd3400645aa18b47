import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonLines } from '../../../../cli/compare.ts';
import { main } from '../../../../cli/program.ts';
import { evaluationFolder } from '../../../../core/contracts/keys.ts';
import { compareRuns } from '../../../../core/publish/compare/compare-runs.ts';
import { type FinishedRun, openRun } from '../../../../core/publish/compare/open-run.ts';
import { fileStore } from '../../../../core/store/file.ts';
import { type ClassRun, writeClassRun } from '../../../support/class-run.ts';
import { memoryStore } from '../../../support/memory-store.ts';

const CLASSES = ['calm', 'glad', 'sad'];

const runOf = async (place: string, more: Partial<ClassRun> = {}): Promise<FinishedRun> => {
  const store = memoryStore();
  return { place, store, summary: await writeClassRun(store, { classes: CLASSES, ...more }) };
};

let first: FinishedRun;
let better: FinishedRun;

beforeAll(async () => {
  first = await runOf('first');
  better = await runOf('better', {
    better: 0.1,
    config: { student: { steps: 900 }, distill: { methods: ['random', 'dm'], ipc: [2] } },
  });
});

describe('runs beside each other', () => {
  it('names the settings that differ, and no others', async () => {
    expect((await compareRuns([first, better])).settings).toEqual([
      { setting: 'student.steps', values: ['1200', '900'] },
      { setting: 'distill.methods', values: ['["random","packed"]', '["random","dm"]'] },
    ]);
  });

  it('pairs answers about the same images by the same seeds, so that a small difference shows', async () => {
    const { benchmarks, left } = await compareRuns([first, better]);
    expect(benchmarks[0]!.pairings).toEqual([{ paired: true }]);
    const shown = benchmarks[0]!.arms.find(({ arm }) => arm === 'consistent')!;
    const { accuracy, macroRecall, gain } = shown.differences[0]!;
    expect(accuracy.mean).toBeCloseTo(shown.accuracy[1]!.mean - shown.accuracy[0]!.mean, 10);
    expect(macroRecall.mean).toBeCloseTo(shown.macroRecall[1]!.mean - shown.macroRecall[0]!.mean, 10);
    expect(gain!.mean).toBeCloseTo(shown.gain[1]!.mean - shown.gain[0]!.mean, 10);
    expect(accuracy.verdict).toBe('gain');
    expect(left.arms).toContain('boost/dm-ipc2');
    const unpaired = await compareRuns([first, await runOf('other seeds', { better: 0.1, config: { seed: 7 } })]);
    const wide = unpaired.benchmarks[0]!.arms.find(({ arm }) => arm === 'consistent')!.differences[0]!.accuracy;
    expect(wide.high - wide.low).toBeGreaterThan(accuracy.high - accuracy.low);
  });

  it('finds nothing between a run and itself', async () => {
    const { benchmarks, settings } = await compareRuns([first, first]);
    expect(settings).toEqual([]);
    for (const { differences } of benchmarks[0]!.arms) {
      expect(differences[0]!.accuracy).toEqual({ mean: 0, low: 0, high: 0, verdict: 'no-evidence' });
    }
  });

  it.each([
    ['other images', { images: 'b' }, 'hold other images'],
    ['other seeds', { config: { seed: 7 } }, 'the seeds are not the same (3 from seed 0, 3 from seed 7)'],
    ['more seeds', { config: { seeds: 4 } }, '(3 from seed 0, 4 from seed 0)'],
  ])('says why it does not pair: %s', async (place, more, why) => {
    const { benchmarks } = await compareRuns([first, await runOf(place, more)]);
    expect(benchmarks[0]!.pairings).toEqual([{ paired: false, why: expect.stringContaining(why) }]);
    expect(benchmarks[0]!.arms[0]!.differences[0]!.paired).toBe(false);
  });

  it('does without the predictions of a run that was pulled, and says so', async () => {
    const store = memoryStore();
    const summary = await writeClassRun(store, { classes: CLASSES });
    const pulled = {
      ...store,
      get: async (key: string) => (key.startsWith(evaluationFolder('classes', '')) ? undefined : store.get(key)),
    };
    const { benchmarks } = await compareRuns([first, { place: 'pulled', store: pulled, summary }]);
    expect(benchmarks[0]!.pairings[0]).toMatchObject({ paired: false, why: expect.stringContaining('pull --all') });
    expect(benchmarks[0]!.arms[0]!.differences[0]!.accuracy.mean).toBe(0);
  });

  it('refuses runs of other classes and of other benchmarks by name, and a run alone', async () => {
    const other = await runOf('other', { classes: ['calm', 'angry', 'sad'] });
    await expect(compareRuns([first, other])).rejects.toThrow(
      'first and other are runs of other classes: the first has glad alone, the second angry alone.',
    );
    const { accuracy } = first.summary;
    const elsewhere = {
      ...first,
      place: 'elsewhere',
      summary: { ...first.summary, accuracy: { private: accuracy.test! } },
    };
    await expect(compareRuns([first, elsewhere])).rejects.toThrow(
      'The runs share no benchmark: first has test and elsewhere has private.',
    );
    await expect(compareRuns([first])).rejects.toThrow('Give two or more');
  });
});

describe('omnidistill compare', () => {
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-compare-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('prints a table, and writes the same as a page that needs nothing else', async () => {
    for (const runId of ['a', 'b']) {
      await writeClassRun(fileStore(folder), { classes: CLASSES, runId, better: runId === 'b' ? 0.1 : 0 });
    }
    const runs = ['a', 'b'].map((runId) => join(folder, 'runs', runId));
    const html = join(folder, 'compared.html');
    expect(await main(['compare', ...runs, '--html', html])).toBe(0);
    const page = await readFile(html, 'utf8');
    expect(page).toContain('B − A is paired, image by image and seed by seed.');
    expect(page).toMatch(/script-src &#39;none&#39;/);
    expect(page).not.toMatch(/<script|https?:/);
    const lines = comparisonLines(await compareRuns([first, better]));
    expect(lines[0]).toMatch(/^A {2}first \(run classes, 3 seeds, 9 mined images\)$/);
    expect(lines.find((line) => line.trim().startsWith('consistent '))).toMatch(
      /\+\d+\.\d\d \(\+\d+\.\d\d to \+\d+\.\d\d\)\s+more/,
    );
  });

  it('says of a place what is wrong with it', async () => {
    await expect(openRun(`file://${folder}/nothing`, 'nothing')).rejects.toThrow(
      /^nothing holds no run: there is no .*main\/summary\.json/,
    );
  });
});
