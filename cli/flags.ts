import { type Command, InvalidArgumentError, Option } from 'commander';
import { PRESETS } from '../core/contracts/presets.ts';
import { gatherBenchmark } from './input.ts';
import { whole } from './numbers.ts';

const HIGHEST_PORT = 65_535;

/** Shows the run on a page as well. */
export const uiOption = (): Option =>
  new Option('--ui [port]', 'show it on a page of this machine as well, on any free port where none is given')
    .preset('0')
    .argParser((text) => {
      const port = whole(0)(text);
      if (port > HIGHEST_PORT) throw new InvalidArgumentError(`must be a port, at most ${HIGHEST_PORT}.`);
      return port;
    });

/** Adds the flags that say what is to be computed. */
export const inputOptions = (command: Command): Command =>
  command
    .requiredOption('--labelled <dir>', 'the labelled set')
    .requiredOption('--pool <dir>', 'the unlabelled pool; put a pattern in quotes')
    .requiredOption('--benchmark <name=dir>', 'a held-out labelled set; repeat for more', gatherBenchmark)
    .addOption(new Option('--preset <name>', 'how much to compute (default: "standard")').choices(PRESETS))
    .option('--config <file>', 'JSON file with single settings; wins over the preset')
    .option('--seed <n>', 'seed of all randomness; wins over the config file', whole(0))
    .option('--even-if-harmful', 'go on where the mined images are found to do harm, which else ends the run')
    .option(
      '--pool-audit <file>',
      'CSV with file and label (or FILE#column), e.g. saved from the report: scores the mined set, is no input; a run that is done takes it, too',
    );
