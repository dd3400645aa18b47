import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { withStack } from './synthesised.ts';

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/abc-123';

/** Findings of AwsSolutions that nobody gave a reason for. */
const openFindings = (app: App): string[] => {
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
  it.each([
    ['as it comes', {}],
    ['with inputs elsewhere', { inputBuckets: ['faces-of-others', 'shared/team/faces'], inputKeyArns: [KEY] }],
    ['isolated', { isolated: true }],
    ['without flow logs and dashboard', { flowLogs: false, dashboard: false }],
    ['with alarms by mail and a budget', { alarmEmail: 'me@example.org', alarmKeyArn: KEY, budgetUsd: 50 }],
  ])('has no finding that was not accepted with a reason: %s', (_variant, settings) => {
    expect(withStack(settings, ({ app }) => openFindings(app))).toEqual([]);
  });

  it('still finds what was not accepted', () => {
    const found = withStack({}, ({ app, stack }) => {
      new CfnBucket(stack, 'Careless');
      return openFindings(app);
    });
    expect(found).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
