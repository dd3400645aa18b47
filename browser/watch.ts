import type { LiveStatus } from '../core/contracts/live-status.ts';
import { showCurves } from './live-curves.ts';
import { showJobs, showNotes, showStages } from './live-tables.ts';

/** The local page of a run: asks how far it is, once a second, until it has ended. */
const EVERY_MS = 1000;
const WORDS: Readonly<Record<LiveStatus['state'], string>> = { running: 'Running', done: 'Done', failed: 'Failed' };

const element = (id: string): HTMLElement => document.getElementById(id)!;

function show(status: LiveStatus): void {
  const { state, stages, jobs, notes, curves, error } = status;
  const running = stages.find(({ isDone }) => !isDone);
  const words = state === 'running' && running !== undefined ? `Running: ${running.name}` : WORDS[state];
  // A screen reader shall be told of changes, not of every look.
  if (element('state').textContent !== words) element('state').textContent = words;
  document.title = `${words} · omnidistill · ${status.runId}`;
  element('error').hidden = error === undefined;
  element('error').textContent = error ?? '';
  showStages(element('stages'), stages);
  showJobs(element('jobs'), state === 'running' ? jobs : []);
  showNotes(element('notes'), notes);
  showCurves(element('losses'), curves);
}

/** The server ends with the run, so the page keeps the report itself. */
async function showReport(): Promise<void> {
  const response = await fetch('report');
  if (!response.ok) return;
  const url = URL.createObjectURL(new Blob([await response.text()], { type: 'text/html' }));
  (element('report-link') as HTMLAnchorElement).href = url;
  (element('report-frame') as HTMLIFrameElement).src = url;
  element('report').hidden = false;
}

async function look(): Promise<void> {
  let status: LiveStatus;
  try {
    const response = await fetch('status');
    if (!response.ok) throw new Error(await response.text());
    status = (await response.json()) as LiveStatus;
  } catch (error) {
    element('state').textContent = 'No longer watched';
    element('error').hidden = false;
    element('error').textContent =
      `The command that shows this run does not answer (${String(error)}). It may have ended; what stands below was the last of it.`;
    setTimeout(look, 5 * EVERY_MS);
    return;
  }
  show(status);
  if (status.state === 'running') setTimeout(look, EVERY_MS);
  else if (status.hasReport) await showReport();
}

void look();
