import type { Screen } from './display.ts';

/** Lines that stand for the moment: drawn again in place on a terminal, printed once elsewhere. */
export interface Lines {
  show(lines: readonly string[]): void;
  /** Leaves what is drawn and goes on below it. */
  end(): void;
}

const REPORT_MS = 15_000;

const inPlace = (screen: Screen): Lines => {
  let drawn = 0;
  return {
    show(lines) {
      // One column is left free: a full line would wrap on some terminals and break the count.
      const width = Math.max((screen.columns ?? 80) - 1, 20);
      const text = lines.map((line) => `${line.slice(0, width)}\n`).join('');
      screen.write((drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`) + text);
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
  screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb' ? inPlace(screen) : plain(screen, now);
