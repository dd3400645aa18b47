import { auditScript } from '../../core/publish/report/audit-script.ts';
import { type Html, html } from '../../core/publish/report/html.ts';
import { inlineScript } from '../../core/publish/report/inline-script.ts';
import { pageHtml } from '../../core/publish/report/page.ts';
import { scrolling } from '../../core/publish/report/scrolling.ts';

/** `browser/watch.ts` as one script: `scripts/browser-scripts.ts` puts it in. */
declare const WATCH_SCRIPT: string;

/** The page that shows a run while it goes on: places that its script fills. */
export const watchPage = (runId: string): string => {
  const { html: script, source } = inlineScript(WATCH_SCRIPT);
  return pageHtml({
    title: `omnidistill · ${runId}`,
    // What a page makes of a report inherits its policy, so the report's own script has to stand in it.
    script: { html: script, source: `${source} ${auditScript().source}` },
    allow: ["connect-src 'self'", 'frame-src blob:'],
    body: html`
<header>
<p class="kicker">omnidistill · run ${runId}</p>
<h1 id="state" role="status">Starting …</h1>
<p class="lead" id="error" hidden></p>
</header>
<noscript><p class="warnings">This page needs JavaScript, which is turned off here. The terminal shows the same.</p></noscript>
<section id="report" hidden>
<h2>Report</h2>
<p><a id="report-link" target="_blank">Open it by itself</a></p>
<iframe id="report-frame" title="Report of the run"></iframe>
</section>
<section id="stages">
<h2>Stages</h2>
${emptyTable('Stages', ['stage', 'progress', 'done', 'images a second', 'time'])}
</section>
<section id="jobs" hidden>
<h2>Running now</h2>
${emptyTable('Jobs', ['job', 'progress', 'done', 'rate', 'time'])}
</section>
<section id="notes" hidden><h2>Worth knowing</h2><ul></ul></section>
<section id="losses" hidden>
<h2>Learning curves</h2>
<p class="lead">Loss of the nets that are trained, mean over the seeds, all to one scale.</p>
<div class="curves"></div>
</section>`,
  }).text;
};

function emptyTable(name: string, heads: readonly string[]): Html {
  return scrolling(
    name,
    html`<table class="plain stages">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody></tbody>
</table>`,
  );
}
