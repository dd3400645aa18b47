import type { LiveJob, LiveStage } from '../core/contracts/live-status.ts';
import { count, counted, duration, rate } from '../core/text/format.ts';

/** The stages of a run, a row each. */
export const showStages = (place: HTMLElement, stages: readonly LiveStage[]): void =>
  showRows(
    place,
    stages.map((stage) => [
      stage.name,
      bar(stage.name, stage.isDone ? 1 : stage.done, stage.isDone ? 1 : stage.total),
      doneWords(stage),
      stage.imagesPerSecond === null ? '' : count(stage.imagesPerSecond),
      duration(stage.seconds),
    ]),
  );

/** The jobs that run, a row each. */
export const showJobs = (place: HTMLElement, jobs: readonly LiveJob[]): void => {
  place.hidden = jobs.length === 0;
  showRows(
    place,
    jobs.map(({ label, done, total, unit, seconds }) => [
      label,
      bar(label, done, total),
      done === 0 ? '' : `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`,
      done === 0 ? '' : rate(done / Math.max(seconds, 1e-3)),
      duration(seconds),
    ]),
  );
};

export const showNotes = (place: HTMLElement, notes: readonly string[]): void => {
  place.hidden = notes.length === 0;
  const items = notes.map((note) => {
    const item = document.createElement('li');
    item.textContent = note;
    return item;
  });
  place.querySelector('ul')!.replaceChildren(...items);
};

function doneWords({ isDone, done, failed, total, unit }: LiveStage): string {
  const lost = failed > 0 ? `, ${count(failed)} failed` : '';
  if (total === null && done === 0 && lost === '') return isDone ? 'done' : '';
  return `${total === null ? counted(done, unit) : `${count(done)} of ${counted(total, unit)}`}${lost}`;
}

type Cell = string | Element;

function showRows(place: HTMLElement, rows: readonly (readonly [string, ...Cell[]])[]): void {
  const made = rows.map(([name, ...cells]) => {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    row.append(head, ...cells.map(cellOf));
    return row;
  });
  place.querySelector('tbody')!.replaceChildren(...made);
}

function cellOf(content: Cell): HTMLTableCellElement {
  const cell = document.createElement('td');
  cell.className = 'number';
  cell.append(content);
  return cell;
}

function bar(name: string, done: number, total: number | null): Element {
  const progress = document.createElement('progress');
  progress.setAttribute('aria-label', name);
  if (total !== null && total > 0) {
    progress.max = total;
    progress.value = Math.min(done, total);
  }
  return progress;
}
