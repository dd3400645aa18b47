import { printable } from '../core/text/printable.ts';

/** Where something is drawn: standard error, or anything like it. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Lines that stay, and below them lines that stand for the moment. */
export interface Terminal {
  /** Whether what stands for the moment is drawn again in place, or printed now and then. */
  readonly inPlace: boolean;
  /** A line that stays. */
  print(line: string): void;
  /** What stands for the moment, instead of what stood before. */
  show(lines: readonly string[]): void;
  /** Leaves what is shown and goes on below it. */
  end(): void;
}

const REDRAW_MS = 200;
/** How often something that changes all the time is told where it cannot be drawn again. */
export const REPORT_MS = 15_000;

/** In place on a terminal, plain lines elsewhere or where control codes are not wanted. */
export const terminalOn = (screen: Screen, environment: NodeJS.ProcessEnv, now: () => number = Date.now): Terminal =>
  screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
    ? inPlaceTerminal(screen, now)
    : plainTerminal(screen, now);

/** Text for a terminal: nothing in it moves the cursor, and its spaces are the ones that `grep` knows. */
export const terminalText = (text: string): string => printable(text).replaceAll(/[\u00a0\u202f]/g, ' ');

/** Prints lines that are a command's result. */
export const print = (text: string): void => void process.stdout.write(`${terminalText(text)}\n`);

function inPlaceTerminal(screen: Screen, now: () => number): Terminal {
  let shown: readonly string[] = [];
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isOld = false;
  const draw = (above: string): void => {
    screen.write(clearLines(drawn) + above + fitted(shown, screen));
    drawn = shown.length;
    drawnAt = now();
    isOld = false;
  };
  return {
    inPlace: true,
    print: (line) => draw(`${terminalText(line)}\n`),
    show(lines) {
      shown = lines;
      isOld = true;
      if (now() - drawnAt >= REDRAW_MS) draw('');
    },
    end() {
      if (isOld) draw('');
      shown = [];
      drawn = 0;
    },
  };
}

/** Goes back over so many lines and clears them. */
function clearLines(count: number): string {
  return count === 0 ? '' : `\u001b[${count}A\u001b[0J`;
}

/** Lines that do not wrap: one column is left free, as a full line would on some terminals and break the count. */
function fitted(lines: readonly string[], { columns }: Screen): string {
  // A pseudo-terminal may have no size: 0.
  const width = Math.max((columns || 80) - 1, 20);
  return lines.map((line) => `${terminalText(line.replaceAll('\n', ' ')).slice(0, width)}\n`).join('');
}

/** Numbers and times that stand alone; the ones inside a name tell it from others. */
const NUMBERS = /(?:(?<![\w-])[\d.,]+(?: (?:h|min|s)\b)? ?)+/g;

/** What changes all the time (a line whose words, its numbers aside, were printed) comes every fifteen seconds. */
function plainTerminal(screen: Screen, now: () => number): Terminal {
  const printed = new Map<string, { line: string; at: number }>();
  const write = (line: string): void => void screen.write(`${terminalText(line)}\n`);
  return {
    inPlace: false,
    print: write,
    show(lines) {
      for (const line of lines) {
        const words = line.replaceAll(NUMBERS, '#');
        const before = printed.get(words);
        if (before?.line === line || (before !== undefined && now() - before.at < REPORT_MS)) continue;
        printed.set(words, { line, at: now() });
        write(line);
      }
    },
    end() {
      printed.clear();
    },
  };
}
