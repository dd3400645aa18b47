import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryFile } from '../../core/artifacts/run.ts';
import { modelFolder } from '../../core/contracts/keys.ts';
import { ModelCard } from '../../core/contracts/model.ts';
import { DEFAULT_NET, NetName } from '../../core/contracts/nets.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { Summary } from '../../core/contracts/summary.ts';
import { runLocally } from '../../local/run.ts';
import { writeTinyData } from '../support/tiny-data.ts';
import { warmJobs } from '../support/warm-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-nets-'));
const warm = warmJobs();
let input: RunInput;

const read = async (key: string): Promise<unknown> => JSON.parse(await readFile(join(folder, 'out', key), 'utf8'));

beforeAll(async () => {
  input = await writeTinyData(join(folder, 'data'));
}, 400_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a whole run', () => {
  // The default net runs in every other test.
  it.each(NetName.options.filter((name) => name !== DEFAULT_NET))(
    'trains, mines, distills and evaluates with %s, or it could not be chosen',
    async (name) => {
      // One seed, draw and method: what differs between nets is in all of them.
      const config = {
        ...input.config,
        seeds: 1,
        draws: 1,
        net: { name, width: 4 },
        distill: { ...input.config?.distill, methods: ['dm' as const] },
      };
      await runLocally({
        // Nets of four steps learn nothing: what the mined images did to them is chance.
        input: { ...input, config, evenIfHarmful: true },
        outFolder: join(folder, 'out'),
        runId: name,
        backend: 'wasm',
        maxJobs: 2,
        decorate: warm(),
        onEvent: () => {},
      });
      const card = ModelCard.parse(await read(`${modelFolder(name, 'student', 0, 0)}/model.json`));
      expect(card).toMatchObject({ net: name, width: 4 });
      const { accuracy } = Summary.parse(await read(summaryFile(name).key));
      expect(Object.keys(accuracy.test ?? {})).toEqual(expect.arrayContaining(['omni', 'only/dm-ipc1', 'boost/mined']));
    },
    120_000,
  );
});
