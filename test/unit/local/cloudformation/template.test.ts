import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadStack } from '../../../../local/cloudformation/template.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { writeAssembly } from '../fixture.ts';

describe('Function: loadStack', () => {
  it('reads what runs from the template and nothing that needs a registry', async () => {
    const { template } = await writeAssembly(temporaryFolder());
    const stack = await loadStack(template);
    expect([...stack.functions.values()]).toMatchObject([
      { handler: 'index.handler', environment: { OMNIDISTILL_STORE: 's3://bucket' } },
    ]);
    expect([...stack.jobDefinitions.values()]).toMatchObject([
      {
        command: ['node', 'worker.mjs', 'mine'],
        attempts: 3,
        timeoutSeconds: 60,
        rules: [
          { action: 'RETRY', onExitCode: '75' },
          { action: 'EXIT', onReason: '*' },
        ],
      },
    ]);
    expect(stack.queues.size).toBe(2);
  });

  it('names the resource that it cannot understand', async () => {
    const { template } = await writeAssembly(temporaryFolder());
    writeFileSync(template, readFileSync(template, 'utf8').replace('"Attempts":3', '"Attempts":11'));
    await expect(loadStack(template)).rejects.toThrow(/MineJob.*RetryStrategy\.Attempts/);
  });
});
