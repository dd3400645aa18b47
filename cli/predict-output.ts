import type { ClassifiedItem } from '../core/classify/classify-images.ts';
import { guarded } from '../core/contracts/audit-file.ts';
import { csvRecord } from '../core/contracts/csv.ts';
import { REJECTION_WORDS } from '../core/contracts/rejections.ts';
import { percent } from '../core/text/format.ts';
import { terminalText } from './terminal.ts';

/** How predictions are printed. */
export type PredictFormat = 'text' | 'csv' | 'json';

export interface PredictRow {
  /** What the person asked about. */
  readonly input: string;
  readonly item: ClassifiedItem;
}

/** Makes rows into lines; `head` stands above them. */
export interface PredictPrinter {
  readonly head: string;
  line(row: PredictRow): string;
}

/** Significant ones; behind them runtimes differ. */
const DIGITS = 6;
/** Classes that a person is shown of one image. */
const SHOWN = 3;

/**
 * @param classes - in the order of the probabilities
 * @param width - numbers of an embedding, where embeddings are wanted
 * @param several - whether more than one input was given, so that keys alone do not tell images apart
 */
export const predictPrinter = (
  format: PredictFormat,
  classes: readonly string[],
  width: number | undefined,
  several: boolean,
): PredictPrinter => {
  if (format === 'csv') return csvPrinter(classes, width);
  return { head: '', line: format === 'json' ? jsonLine(classes, width !== undefined) : textLine(classes, several) };
};

function csvPrinter(classes: readonly string[], width: number | undefined): PredictPrinter {
  const numbers = Array.from({ length: width ?? 0 }, (_, i) => `e${i}`);
  const columns = ['input', 'key', 'class', 'probability', 'reason', 'detail', ...classes.map((name) => `p_${name}`)];
  const empty = [...classes, ...numbers].map(() => '');
  return {
    head: `${csvRecord([...columns, ...numbers])}\n`,
    line: ({ input, item }) => {
      if (item.kind === 'rejected') {
        const { key, reason, detail } = item.rejection;
        return `${csvRecord([guarded(input), guarded(key), '', '', reason, guarded(detail), ...empty])}\n`;
      }
      const { key, probabilities, embedding } = item;
      const best = likeliest(probabilities)[0]!;
      const vector = width === undefined ? [] : Array.from(embedding, rounded);
      const shares = Array.from(probabilities, rounded);
      const named = [input, key, classes[best]!].map(guarded);
      return `${csvRecord([...named, rounded(probabilities[best]!), '', '', ...shares, ...vector])}\n`;
    },
  };
}

function jsonLine(classes: readonly string[], withEmbedding: boolean): PredictPrinter['line'] {
  return ({ input, item }) => {
    if (item.kind === 'rejected') return `${JSON.stringify({ input, ...item.rejection })}\n`;
    const { key, probabilities, embedding } = item;
    const best = likeliest(probabilities)[0]!;
    const row = {
      input,
      key,
      class: classes[best],
      probability: Number(rounded(probabilities[best]!)),
      probabilities: Object.fromEntries(classes.map((name, i) => [name, Number(rounded(probabilities[i]!))])),
      ...(withEmbedding && { embedding: Array.from(embedding, (value) => Number(rounded(value))) }),
    };
    return `${JSON.stringify(row)}\n`;
  };
}

function textLine(classes: readonly string[], several: boolean): PredictPrinter['line'] {
  return ({ input, item }) => {
    const key = item.kind === 'image' ? item.key : item.rejection.key;
    const inSeveral = input.endsWith(key) ? input : `${input}: ${key}`;
    const named = several ? inSeveral : key;
    if (item.kind === 'rejected') {
      const { reason, detail } = item.rejection;
      return `${terminalText(`${named}  left out: ${REJECTION_WORDS[reason]} (${detail})`)}\n`;
    }
    const said = likeliest(item.probabilities)
      .slice(0, SHOWN)
      .map((label) => `${classes[label]} ${percent(item.probabilities[label]!)}`);
    return `${terminalText(`${named}  ${said.join(', ')}`)}\n`;
  };
}

/** Classes from the likeliest on. */
function likeliest(probabilities: Float32Array): number[] {
  return [...probabilities.keys()].sort((one, other) => probabilities[other]! - probabilities[one]!);
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
