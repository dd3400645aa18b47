import { describe, expect, it } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

describe('readSettings', () => {
  it('gives a working deployment to somebody who sets nothing', () => {
    expect(readSettings(undefined)).toEqual({
      stackName: 'Omnidistill',
      instanceTypes: ['g4dn.xlarge', 'g5.xlarge', 'g6.xlarge'],
      maxvCpus: 64,
      vcpus: 4,
      memoryMiB: 14_500,
      attempts: 5,
      miningConcurrency: 32,
      aggregateMemoryMiB: 3008,
      spotPatienceMinutes: 30,
      onDemandPatienceMinutes: 360,
      runTimeoutHours: 168,
      inputBuckets: [],
      inputKeyArns: [],
      retainBucket: true,
      scratchDays: 30,
      isolated: false,
      availabilityZones: 2,
      flowLogs: true,
      logDays: 30,
      dashboard: true,
      budgetByTag: false,
    });
  });

  it('reads the JSON text of `cdk -c omnidistill=...`', () => {
    expect(readSettings('{"attempts": 2}').attempts).toBe(2);
  });

  it.each([
    ['attempts', 1, 10],
    ['maxvCpus', 4, 10_000],
    ['vcpus', 1, 192],
    ['memoryMiB', 1024, 1_000_000],
    ['miningConcurrency', 1, 10_000],
    ['aggregateMemoryMiB', 1024, 10_240],
    ['runTimeoutHours', 1, 576],
    ['spotPatienceMinutes', 10, 1440],
    ['onDemandPatienceMinutes', 10, 1440],
    ['scratchDays', 15, 3650],
    ['availabilityZones', 1, 6],
  ] as const)('accepts %s from %i to %i and names it when it is outside', (field, min, max) => {
    // A job must fit the environment: with its least the environment's bound, there is nothing else to vary.
    const fitting = { vcpus: 1, maxvCpus: field === 'vcpus' ? 10_000 : 64 };
    expect(readSettings({ ...fitting, [field]: min })[field]).toBe(min);
    expect(readSettings({ ...fitting, [field]: max })[field]).toBe(max);
    for (const outside of [min - 1, max + 1, min + 0.5, String(min)]) {
      expect(() => readSettings({ ...fitting, [field]: outside })).toThrow(new RegExp(`\\b${field}: `));
    }
  });

  it.each([
    ['an unknown field', { instances: [] }, /instances/],
    ['a family that does not run the worker', { instanceTypes: ['p5.48xlarge'] }, /instanceTypes\.0: must be of/],
    ['no instance type', { instanceTypes: [] }, /instanceTypes: /],
    ['an address in place of a bucket name', { inputBuckets: ['s3://faces'] }, /inputBuckets\.0: must be the name/],
    ['a pattern in place of a prefix', { inputBuckets: ['faces/*'] }, /inputBuckets\.0: .*BUCKET\/PREFIX/],
    ['text that is not JSON', 'attempts=2', /context `omnidistill`/],
    ['a retention that CloudWatch does not know', { logDays: 31 }, /logDays/],
    ['what is no address of a person', { alarmEmail: 'me' }, /alarmEmail/],
    ['an alias in place of the ARN of a key', { inputKeyArns: ['alias/faces'] }, /inputKeyArns\.0: must be the ARN/],
    ['an account without its Region', { account: '123456789012' }, /account: must be given together with region/],
    [
      'a registry that an isolated machine cannot reach',
      { isolated: true, imageUri: 'docker.io/team/worker:1' },
      /imageUri: must lie in ECR when isolated/,
    ],
    [
      'a registry in a Region that an isolated machine cannot reach',
      {
        isolated: true,
        account: '123456789012',
        region: 'eu-west-1',
        imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1',
      },
      /imageUri: must lie in the Region of the stack when isolated/,
    ],
    [
      'a digest that is none',
      { imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/worker@sha256:abc' },
      /imageUri: must be ACCOUNT\.dkr\.ecr/,
    ],
    ['a job that never fits its environment', { vcpus: 8, maxvCpus: 4 }, /maxvCpus: must be at least vcpus/],
  ])('names %s', (_, settings, message) => {
    expect(() => readSettings(settings)).toThrow(message);
  });
});
