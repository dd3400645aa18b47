import { InvalidArgumentError, Option } from 'commander';
import { VARIABLE } from '../core/contracts/environment.ts';
import { BACKENDS, type BackendName } from '../core/contracts/stats.ts';
import { messageOf } from '../core/errors.ts';
import { forcedBackend } from '../core/tensor/backend/name.ts';

/** `--backend NAME`, or OMNIDISTILL_BACKEND; the flag wins, and an empty variable says nothing. */
export const backendOption = (about = 'what computes; left out, the fastest that works'): Option =>
  new Option('--backend <name>', about).env(VARIABLE.backend).choices(BACKENDS).argParser(parse);

function parse(text: string): BackendName | undefined {
  try {
    return forcedBackend(text, 'it');
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
