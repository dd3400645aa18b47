import type { Mark } from '../core/contracts/audit-file.ts';
import {
  type ClassTally,
  classPrecision,
  coveredPart,
  lookedAt,
  type Precision,
  precisionOver,
} from '../core/publish/audit/precision.ts';
import type { AuditData } from '../core/publish/report/audit-data.ts';
import { count, hundredths, percent } from '../core/text/format.ts';

/** What was found so far, class by class. */
export const talliesOf = (
  { classes, mined, drawn, images }: AuditData,
  markOf: (image: number) => Mark | undefined,
): ClassTally[] => {
  const tallies = classes.map((_, label) => {
    return { mined: mined[label]!, drawn: drawn[label]!, right: 0, wrong: 0, unsure: 0 };
  });
  for (const [image, { label }] of images.entries()) {
    const mark = markOf(image);
    if (mark === undefined) continue;
    tallies[label]![typeof mark === 'number' ? 'wrong' : mark] += 1;
  }
  return tallies;
};

/** Writes the numbers into the page. */
export const showResults = (tallies: readonly ClassTally[], images: number): void => {
  const looked = sum(tallies.map(lookedAt));
  const covered = coveredPart(tallies);
  const all = precisionOver(tallies, 'mined');
  const table = document.getElementById('audit-results')!;
  table.hidden = looked === 0;
  for (const [label, tally] of tallies.entries()) {
    fillRow(table.querySelector(`tbody tr[data-class="${label}"]`)!, tally, classPrecision(tally));
  }
  const together = {
    mined: sum(tallies.map(({ mined }) => mined)),
    drawn: sum(tallies.map(({ drawn }) => drawn)),
    right: sum(tallies.map(({ right }) => right)),
    wrong: sum(tallies.map(({ wrong }) => wrong)),
    unsure: sum(tallies.map(({ unsure }) => unsure)),
  };
  fillRow(table.querySelector('tfoot tr')!, together, all);
  const drawn = table.querySelector('[data-drawn]');
  if (drawn !== null) fillRow(drawn, together, precisionOver(tallies, 'drawn'));
  table.querySelector('tfoot th')!.textContent = covered < 1 ? 'mined set, as far as looked at' : 'mined set';
  write('[data-progress]', `${count(looked)} of ${count(images)} looked at`);
  write(
    '[data-figure]',
    looked === 0 ? 'Nothing is marked yet.' : `${figure(all, covered)} ${count(looked)} of ${count(images)} looked at.`,
  );
};

function figure({ precision, low, high }: Precision, covered: number): string {
  const of = covered < 1 ? `the classes looked at, ${percent(covered)} of the mined set` : 'the mined set';
  return `Precision of ${of}: ${percent(precision)} (95 %: ${hundredths(low)} to ${hundredths(high)}).`;
}

function fillRow(row: Element, tally: ClassTally, { precision, low, high }: Precision): void {
  const looked = lookedAt(tally);
  const texts: Readonly<Record<string, string>> = {
    looked: count(looked),
    right: count(tally.right),
    wrong: count(tally.wrong),
    unsure: count(tally.unsure),
    precision: looked === 0 ? '–' : percent(precision),
    interval: looked === 0 ? '–' : `${hundredths(low)} to ${hundredths(high)}`,
  };
  for (const cell of row.querySelectorAll<HTMLElement>('[data-cell]')) cell.textContent = texts[cell.dataset.cell!]!;
}

function write(selector: string, text: string): void {
  document.querySelector(`#audit ${selector}`)!.textContent = text;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
