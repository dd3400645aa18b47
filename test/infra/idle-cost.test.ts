import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { templateWith } from './synthesised.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/aws.md'), 'utf8');
const variants = {
  default: templateWith(),
  // Everything that can be added without a cost while idle.
  full: templateWith({ inputBuckets: ['faces-of-others'], alarmEmail: 'me@example.org', budgetUsd: 50 }),
};

const typesIn = (template: ReturnType<typeof templateWith>): string[] => [
  ...new Set(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type)),
];

describe('what it costs while nothing runs', () => {
  it.each(Object.entries(variants))('is told of every kind of resource (%s)', (_name, template) => {
    const untold = typesIn(template).filter((type) => !page.includes(`\`${type}\``));
    expect(untold).toEqual([]);
  });

  it('is nothing for machines and the network: none runs, no gateway, address or endpoint bills by the hour', () => {
    const { default: template } = variants;
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.resourceCountIs('AWS::EC2::Instance', 0);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    template.allResourcesProperties('AWS::Batch::ComputeEnvironment', { ComputeResources: { MinvCpus: 0 } });
    // Provisioned concurrency would bill while idle.
    template.allResourcesProperties('AWS::Lambda::Version', { ProvisionedConcurrencyConfig: Match.absent() });
  });

  it('is four alarms, of which the free tier covers ten', () => {
    variants.default.resourceCountIs('AWS::CloudWatch::Alarm', 4);
    variants.default.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });
});
