import { describe, expect, it } from 'vitest';
import { type Definition, definitionIn, templateWith } from './synthesised.ts';

const template = templateWith({
  inputBuckets: ['a-bucket', 'another-one'],
  budgetUsd: 50,
  alarmEmail: 'me@example.org',
});
const definition = definitionIn(template);

/** The package has no types of its own. */
const { default: validate } = (await import('asl-validator' as string)) as {
  default: (definition: Definition, options: object) => { isValid: boolean; errorsText: (separator: string) => string };
};

describe('the limits of AWS', () => {
  it('hold the definition, which is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(definition, { checkArn: true });
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  it('hold the definition and the template five times over', () => {
    // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 1 MB of definition
    expect(Buffer.byteLength(JSON.stringify(definition))).toBeLessThan(1_000_000 / 5);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: 1 MB, 500 resources
    expect(Buffer.byteLength(JSON.stringify(template.toJSON()))).toBeLessThan(1_000_000 / 5);
    expect(Object.keys(template.toJSON().Resources as object).length).toBeLessThan(500 / 5);
  });
});
