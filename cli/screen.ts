/** Where something is drawn: standard error, or anything like it. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Whether lines can be drawn again in place: a terminal on which control codes are wanted. */
export const drawsInPlace = (screen: Screen, environment: NodeJS.ProcessEnv): boolean =>
  screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';

/** Goes back over so many lines and clears them. */
export const clearLines = (count: number): string => (count === 0 ? '' : `\u001b[${count}A\u001b[0J`);

/** Lines that do not wrap: one column is left free, as a full line would on some terminals and break the count. */
export const fitted = (lines: readonly string[], { columns = 80 }: Screen): string =>
  lines.map((line) => `${line.slice(0, Math.max(columns - 1, 20))}\n`).join('');

/** How often something that changes all the time is told where it cannot be drawn again. */
export const REPORT_MS = 15_000;

/** Lines that stand for the moment: drawn again in place on a terminal, printed once elsewhere. */
export interface Lines {
  show(lines: readonly string[]): void;
  /** Leaves what is drawn and goes on below it. */
  end(): void;
}

const inPlace = (screen: Screen): Lines => {
  let drawn = 0;
  return {
    show(lines) {
      screen.write(clearLines(drawn) + fitted(lines, screen));
      drawn = lines.length;
    },
    end() {
      drawn = 0;
    },
  };
};

/** What changes all the time (a line whose words, its numbers aside, were printed) comes every fifteen seconds. */
const plain = (screen: Screen, now: () => number): Lines => {
  const printed = new Map<string, { line: string; at: number }>();
  return {
    show(lines) {
      for (const line of lines) {
        const words = line.replaceAll(/[\d.,]+/g, '#');
        const before = printed.get(words);
        if (before?.line === line || (before !== undefined && now() - before.at < REPORT_MS)) continue;
        printed.set(words, { line, at: now() });
        screen.write(`${line}\n`);
      }
    },
    end() {
      printed.clear();
    },
  };
};

/** In place on a terminal, plain lines elsewhere or where control codes are not wanted. */
export const screenFor = (screen: Screen, environment: NodeJS.ProcessEnv, now: () => number = Date.now): Lines =>
  drawsInPlace(screen, environment) ? inPlace(screen) : plain(screen, now);
