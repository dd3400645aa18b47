import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, in this order, or one processor would wait for it at the end: whole runs, then what trains or draws. */
const LONGEST = [
  'test/integration/faults/stopped.test.ts',
  'test/integration/localstack.test.ts',
  'test/integration/workflow.test.ts',
  'test/integration/package.test.ts',
  'test/integration/',
  // Alone in its process as those are: in between it would end one that others share.
  'test/unit/tensor/backend.test.ts',
  'test/infra/',
  'test/unit/publish/report/report-in-chromium.test.ts',
  'test/unit/train/',
  'test/unit/bench/',
];

/** Orders test files without having seen them run before: a fresh clone ends as soon as one in use. */
export class LongestFirst extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = new Map(files.map((file) => [file, this.rankOf(file)]));
    return [...files].sort((a, b) => rank.get(a)! - rank.get(b)! || (a.moduleId < b.moduleId ? -1 : 1));
  }

  private rankOf({ moduleId }: TestSpecification): number {
    const path = relative(this.ctx.config.root, moduleId).replaceAll('\\', '/');
    const found = LONGEST.findIndex((start) => path.startsWith(start));
    return found === -1 ? LONGEST.length : found;
  }
}
