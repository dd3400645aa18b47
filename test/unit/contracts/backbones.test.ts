import { describe, expect, it } from 'vitest';
import { armsOf } from '../../../core/contracts/arms.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { parametersOf, planOutput, STEPS } from '../../../core/contracts/workflow.ts';
import { toyConfig, toyPlan } from '../../support/toy.ts';

const backbone = { uri: 's3://models/a.onnx', size: 224 };
const withBackbone = (more: object) => resolveConfig('quick', { backbone: { ...backbone, ...more } } as never);

describe('the setting "backbone"', () => {
  it('is not there unless it is given, and fills in what a model mostly takes', () => {
    expect(resolveConfig('standard')).not.toHaveProperty('backbone');
    expect(withBackbone({}).backbone).toEqual({
      ...backbone,
      channels: 3,
      mean: 0,
      deviation: 1,
      colours: 'rgb',
      mirror: true,
    });
  });

  it('is mined by confidence, which knows what of it counts, unless another score is asked for', () => {
    expect(withBackbone({}).mining.score).toBe('confidence');
    expect(resolveConfig('quick').mining.score).toBe('similarity');
    const { mining } = resolveConfig('quick', { backbone: withBackbone({}).backbone, mining: { score: 'unanimity' } });
    expect(mining).toMatchObject({ score: 'unanimity', nets: 5 });
  });

  it.each([
    [
      { uri: 's3://models/a.pt' },
      /backbone\.uri.* an ONNX model in one file \(\.onnx\), or a TF\.js graph or layers model/,
    ],
    [{ mean: [0.5, 0.5] }, /backbone\.mean.* must be one number, or 3 for 3 channels\. Received 2/],
    [{ deviation: 0 }, /backbone\.deviation/],
    [{ size: 4 }, /backbone\.size/],
    [{ channels: 2 }, /backbone\.channels/],
    [{ outputs: 'x' }, /outputs/],
  ])('refuses %j and names the field', (more, words) => {
    expect(() => withBackbone(more)).toThrow(words);
  });
});

describe('a run with a backbone', () => {
  const config = toyConfig({ backbone: { ...withBackbone({}).backbone! } });

  it('fits its head beside the primitives, which stay what they are', () => {
    const jobsOf = (plan: Parameters<typeof planOutput>[0]) => {
      const { items } = planOutput(plan);
      return STEPS.filter(({ state }) => state === 'TrainPrimitives').flatMap((step) => parametersOf(step, items));
    };
    const identity = { sha256: '0'.repeat(64), bytes: 1 };
    const [own, ...others] = jobsOf(toyPlan({ config, backbone: identity }));
    expect(own).toEqual({ role: 'backbone', seed: 0 });
    expect(others).toEqual(jobsOf(toyPlan()));
  });

  it('has a row that tells what the backbone is worth by itself, and no other run has', () => {
    const names = (of: typeof config): string[] => armsOf(of).map(({ kind }) => kind);
    expect(names(config).filter((name) => !names(toyConfig()).includes(name))).toEqual(['backbone']);
  });
});
