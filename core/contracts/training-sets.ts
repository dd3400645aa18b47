import { Method, type SetSpec, type TrainingSet } from './names.ts';

/** What the name of a training set says. */
export type ParsedTrainingSet =
  | { readonly kind: 'primitive' | 'control' | 'omni' }
  | { readonly kind: 'boost'; readonly extra: 'none' | 'mined' | 'no-pool' | SetSpec }
  | { readonly kind: 'only'; readonly extra: SetSpec };

/** Takes a training set's name apart, e.g. `boost/dm-ipc10`. */
export const parseTrainingSet = (name: TrainingSet): ParsedTrainingSet => {
  const [kind, rest] = name.split('/') as [string, string | undefined];
  if (rest === undefined) return { kind: kind as 'primitive' | 'control' | 'omni' };
  const [, method, ipc] = /^(.+)-ipc(\d+)$/.exec(rest) ?? [];
  if (method === undefined) return { kind: 'boost', extra: rest as 'none' | 'mined' | 'no-pool' };
  return { kind: kind as 'boost' | 'only', extra: { method: Method.parse(method), ipc: Number(ipc) } };
};
