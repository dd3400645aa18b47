import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { stackWith } from './synthesised.ts';

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}

/** Findings of AwsSolutions that nobody gave a reason for. */
const openFindings = ({ app }: ReturnType<typeof stackWith>): string[] => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error;
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
};

describe('AwsSolutions', () => {
  it('has no finding that was not accepted with a reason', () => {
    expect(openFindings(stackWith({ inputBuckets: ['faces-of-others'] }))).toEqual([]);
  });

  it('still finds what was not accepted', () => {
    // GIVEN
    const given = stackWith();
    // WHEN
    new CfnBucket(given.stack, 'Careless');
    // THEN
    expect(openFindings(given)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
