import type { BackendName } from '../../contracts/stats.ts';
import { ConfigError } from '../../errors.ts';
import { addonFix, addonTrouble, tensorflowFolder } from './addon.ts';
import { gpuTrouble } from './gpu.ts';

/** What is wrong, and the command that helps where any does. */
export interface Trouble {
  readonly problem: string;
  readonly fix?: string | undefined;
  readonly cause?: unknown;
}

/** The error for a backend that was asked for and cannot be had. */
export const refusal = (forced: BackendName, { problem, fix, cause }: Trouble): ConfigError => {
  const help = fix === undefined ? 'Use' : `Run \`${fix}\`, or use`;
  return new ConfigError(`Backend ${forced} was asked for, but ${problem}. ${help} --backend wasm.`, { cause });
};

/**
 * What keeps a backend from being used, as far as can be told without loading TensorFlow.
 * @returns undefined where nothing speaks against it
 */
export const backendTrouble = (name: BackendName, folder = tensorflowFolder()): Trouble | undefined => {
  if (name === 'wasm') return undefined;
  const problem = addonTrouble(folder);
  if (problem !== undefined) return { problem, fix: addonFix(folder) };
  return name === 'tensorflow-gpu' ? gpuTrouble({ folder }) : undefined;
};

/** @throws ConfigError, before anything is spent, for a backend that `backendTrouble` has something against */
export const requireBackend = (name: BackendName, folder = tensorflowFolder()): void => {
  const trouble = backendTrouble(name, folder);
  if (trouble !== undefined) throw refusal(name, trouble);
};
