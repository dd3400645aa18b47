import { InvalidArgumentError, Option } from 'commander';
import { BACKENDS, type BackendName } from '../core/contracts/stats.ts';
import { messageOf } from '../core/errors.ts';
import { forcedBackend } from '../core/tensor/backend/name.ts';

const parse = (text: string): BackendName | undefined => {
  try {
    return forcedBackend(text, 'it');
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
};

/** `--backend NAME`, or OMNIDISTILL_BACKEND; the flag wins, and an empty variable says nothing. */
export const backendOption = (): Option =>
  new Option('--backend <name>', 'what computes; left out, the fastest that works')
    .env('OMNIDISTILL_BACKEND')
    .choices(BACKENDS)
    .argParser(parse);
