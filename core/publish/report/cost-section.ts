import type { Summary } from '../../contracts/summary.ts';
import { count, duration, memory } from '../../text/format.ts';
import { inferenceWords } from '../../text/inference.ts';
import { type Html, html } from './html.ts';

/** What the run took, on what it ran, and every setting. */
export const costSection = ({ stages, miningImagesPerSecond, backend, config, paths }: Summary): Html => {
  const rows = Object.entries(stages).map(
    ([stage, { jobs, seconds, peakMemoryMiB }]) =>
      html`<tr><th scope="row">${stage}</th><td class="number">${count(jobs)}</td><td class="number">${duration(seconds)}</td><td class="number">${memory(peakMemoryMiB)}</td></tr>`,
  );
  const all = Object.values(stages);
  const jobs = all.reduce((sum, stage) => sum + stage.jobs, 0);
  const seconds = all.reduce((sum, stage) => sum + stage.seconds, 0);
  const memories = Math.max(0, ...all.map(({ peakMemoryMiB }) => peakMemoryMiB));
  return html`
<section id="cost">
<h2>Time and settings</h2>
<table class="plain">
<caption>Seconds are summed over jobs; jobs that ran side by side took less by the clock.</caption>
<thead><tr><th scope="col">stage</th><th scope="col">jobs</th><th scope="col">time</th><th scope="col">peak memory</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">all</th><td class="number">${count(jobs)}</td><td class="number">${duration(seconds)}</td><td class="number">${memory(memories)}</td></tr></tfoot>
</table>
<p>Mining went through ${count(miningImagesPerSecond)} images a second on the <code>${backend.name}</code> backend: ${Object.entries(
    backend.versions,
  ).map(
    ([name, version], index) => html`${index > 0 && ', '}${name} <code>${version}</code>`,
  )}${backend.inference && html`; <code>${inferenceWords(backend.inference)}</code> predicted`}.</p>
<p>In the run’s folder: mined set <code>${paths.mined}</code>, release <code>${paths.release}</code>, this page <code>${paths.report}</code>.</p>
<details class="more"><summary>Settings</summary><pre role="region" aria-label="Settings" tabindex="0">${JSON.stringify(config, null, 2)}</pre></details>
</section>`;
};
