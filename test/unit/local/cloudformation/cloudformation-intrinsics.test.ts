import { describe, expect, it } from 'vitest';
import {
  localArn,
  logicalIdOf,
  resolveIntrinsics,
} from '../../../../local/cloudformation/cloudformation-intrinsics.ts';
import { TemplateError } from '../../../../local/errors.ts';

const resources = {
  Data: { Type: 'AWS::S3::Bucket' },
  Mine: { Type: 'AWS::Batch::JobDefinition' },
  Spot: { Type: 'AWS::Batch::JobQueue' },
  Plan: { Type: 'AWS::Lambda::Function' },
};
const mine = 'arn:aws:batch:local:000000000000:Mine';

describe('Function: resolveIntrinsics', () => {
  it.each([
    ['a Ref that is an ARN', { Ref: 'Mine' }, mine],
    ['a Ref that is a name', { Ref: 'Data' }, 'data'],
    ['a pseudo parameter', { Ref: 'AWS::Partition' }, 'aws'],
    ['a parameter', { Ref: 'Stage' }, 'test'],
    ['an ARN of a resource', { 'Fn::GetAtt': ['Plan', 'Arn'] }, 'arn:aws:lambda:local:000000000000:Plan'],
    ['an ARN under another name', { 'Fn::GetAtt': ['Spot', 'JobQueueArn'] }, 'arn:aws:batch:local:000000000000:Spot'],
    ['an attribute that is no ARN', { 'Fn::GetAtt': ['Data', 'DomainName'] }, 'Data.DomainName'],
    ['Join with references', { 'Fn::Join': ['', ['s3://', { Ref: 'Data' }, '/x']] }, 's3://data/x'],
    [
      'nested values',
      { a: [{ Ref: 'Data' }, 1, null], b: { Ref: 'Mine', also: true } },
      { a: ['data', 1, null], b: { Ref: 'Mine', also: true } },
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(resolveIntrinsics(value, resources, { Stage: 'test' })).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Nothing' }, '"Nothing"'],
    [{ 'Fn::GetAtt': ['Nothing', 'Arn'] }, '"Nothing.Arn"'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    [{ 'Fn::Join': ['', [['a']]] }, 'Text expected'],
  ])('names what it cannot resolve in %j', (value, part) => {
    expect(() => resolveIntrinsics(value, resources)).toThrow(TemplateError);
    expect(() => resolveIntrinsics(value, resources)).toThrow(part);
  });

  it('finds the logical id again in an ARN', () => {
    expect(logicalIdOf(localArn('AWS::Batch::JobQueue', 'Spot'))).toBe('Spot');
  });
});
