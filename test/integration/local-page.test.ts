import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STEPS } from '../../core/contracts/workflow.ts';
import { projectFolder } from '../../local/cloudformation/assembly.ts';
import { chromiumPath, openChromium, type Page } from '../support/chromium.ts';
import { LEAST, writeTinyData } from '../support/tiny-data.ts';

const path = chromiumPath();
if (path === undefined) console.warn('Skipped: no Chromium is installed, so no run is watched in it.');

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-watched-'));
let page: Page;
let run: ChildProcess;

const until = async (expression: string): Promise<void> => {
  while (!(await page.evaluate(expression))) {
    if (run.exitCode !== null && run.exitCode !== 0) throw new Error(`The run ended with exit code ${run.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
};

describe.skipIf(path === undefined)('omnidistill run --ui', { timeout: 1_800_000 }, () => {
  beforeAll(async () => {
    const { labelled, pool, benchmarks } = await writeTinyData(join(folder, 'data'));
    writeFileSync(join(folder, 'config.json'), JSON.stringify(LEAST));
    const input = [
      '--labelled',
      labelled,
      '--pool',
      pool,
      '--benchmark',
      `test=${benchmarks.test}`,
      '--preset',
      'quick',
    ];
    const how = [
      '--config',
      join(folder, 'config.json'),
      '--even-if-harmful',
      '--backend',
      'wasm',
      '--out',
      join(folder, 'out'),
    ];
    run = spawn(process.execPath, ['bin/omnidistill.mjs', 'run', ...input, ...how, '--ui'], {
      cwd: projectFolder(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    page = await openChromium(path!);
  }, 120_000);

  afterAll(async () => {
    run?.kill();
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows a run from its first stage to its report, and ends with it', async () => {
    let url: string | undefined;
    for await (const line of createInterface(run.stderr!)) {
      [, url] = /^Watch it at (http:\/\/127\.0\.0\.1:\d+\/.+)$/.exec(line) ?? [];
      if (url !== undefined) break;
    }
    run.stderr!.resume();
    run.stdout!.resume();
    const ended = once(run, 'exit');
    await page.open(url!);
    await until(`document.querySelectorAll('#stages tbody tr').length > 2`);
    await page.open(url!);
    await until(`!document.getElementById('report').hidden`);
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#stages tbody th')].map((one) => one.innerText)`,
    );
    expect(names).toEqual(STEPS.map(({ state }) => state));
    expect(await page.evaluate(`document.querySelectorAll('#losses svg').length`)).toBeGreaterThan(2);
    await until(`document.querySelector('iframe').contentDocument?.querySelector('h1') != null`);
    expect(await ended).toEqual([0, null]);
    expect(page.problems).toEqual([]);
  });
});
