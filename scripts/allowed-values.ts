import { z } from 'zod';

/** What a schema allows, in words. */
export const allowedBy = (schema: z.ZodType): string => inWords(z.toJSONSchema(schema, { io: 'input' }) as Allowed);

/** A value as it is typed. */
export const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** What of JSON Schema the settings need. */
interface Allowed {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Allowed[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly items?: Allowed;
  readonly minItems?: number;
  readonly maxItems?: number;
}

function inWords(allowed: Allowed): string {
  if (allowed.anyOf !== undefined) return allowed.anyOf.map(inWords).join(', or ');
  if (allowed.enum !== undefined) return allowed.enum.map(code).join(', ');
  if (allowed.const !== undefined) return code(allowed.const);
  if (allowed.type === 'boolean') return '`true`, `false`';
  if (allowed.type === 'null') return '`null`';
  if (allowed.type === 'array') {
    return `list of ${allowed.minItems ?? 0} to ${allowed.maxItems}: ${inWords(allowed.items ?? {})}`;
  }
  if (allowed.type === 'integer' || allowed.type === 'number') return numbers(allowed);
  return 'text';
}

function numbers({ minimum, exclusiveMinimum, maximum, multipleOf, type }: Allowed): string {
  const low = minimum === undefined ? `above ${exclusiveMinimum}` : grouped(minimum);
  const step = multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`;
  return `${type === 'integer' ? '' : 'number, '}${low} to ${grouped(maximum!)}${step}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 6 });
}
