import { planFile } from '../../artifacts/run.ts';
import type { Summary } from '../../contracts/summary.ts';
import { total } from '../../statistics/total.ts';
import type { Store } from '../../store/store.ts';
import { accuracySection } from './accuracy.ts';
import { auditScript } from './audit-script.ts';
import { auditSection } from './audit-section.ts';
import { imagesIn, readConfusions } from './confusion.ts';
import { confusionSection } from './confusion-section.ts';
import { costSection } from './cost-section.ts';
import { curvesSection, readCurves } from './curves-section.ts';
import { distilledSection } from './distilled-section.ts';
import { readHandAudit } from './hand-audit.ts';
import { headlineSection } from './headline.ts';
import { type Html, html } from './html.ts';
import { mailedSection } from './mailed-section.ts';
import { minedSection } from './mined-section.ts';
import { miningSection } from './mining-section.ts';
import { pageHtml } from './page.ts';
import { privacySection } from './privacy-section.ts';
import { recallChanges } from './recall-changes.ts';
import { recallSection } from './recall-section.ts';
import { reliabilitySection } from './reliability-section.ts';
import { readSamples } from './samples.ts';
import { readScoreHistogram } from './score-histogram.ts';
import { readShownPredictions } from './shown-predictions.ts';
import { readShownSets } from './shown-sets.ts';

/**
 * A run's report as one HTML page that needs no other file and no network. Only the audit by hand needs its script.
 * @param summary - the run's numbers; images, confusions and histograms are read from the run's folder
 * @returns the same text for the same run, byte by byte
 * @throws DataError when an object that the run must have written is missing or malformed
 */
export const renderReport = async (store: Store, summary: Summary): Promise<string> => {
  const confusions = {
    primitive: await readConfusions(store, summary.runId, 'primitive'),
    omni: await readConfusions(store, summary.runId, 'omni'),
  };
  const { labelledCounts } = await planFile(summary.runId).read(store);
  const predictions = await readShownPredictions(store, summary.runId);
  const scores = await readScoreHistogram(store, summary);
  const samples = await readSamples(store, summary);
  const sets = await readShownSets(store, summary);
  const curves = await readCurves(store, summary);
  const audit = auditSection(summary.runId, await readHandAudit(store, summary));
  const privacy = privacySection(summary);
  const mailed = mailedSection(summary);
  const sections = [
    headlineSection(summary, {
      labelled: total(labelledCounts),
      benchmarks: Object.fromEntries(Object.entries(confusions.omni).map(([name, one]) => [name, imagesIn(one)])),
    }),
    contents({
      sets: sets.length > 0,
      mailed: mailed !== false,
      privacy: privacy !== false,
      audit: audit !== false,
      curves: curves.length > 0,
    }),
    accuracySection(summary),
    recallSection(summary, recallChanges(predictions, summary.classes)),
    minedSection(summary, samples),
    distilledSection(summary, sets),
    mailed,
    privacy,
    confusionSection(summary.classes, confusions),
    reliabilitySection(summary, predictions),
    miningSection(summary, scores),
    audit,
    curvesSection(curves),
    costSection(summary),
  ];
  const title = `omnidistill · ${summary.runId}`;
  return pageHtml({ title, body: sections, script: audit === false ? undefined : auditScript() }).text;
};

/** Sections that not every page has. */
type Some = Readonly<Record<'sets' | 'mailed' | 'privacy' | 'audit' | 'curves', boolean>>;

function contents({ sets, mailed, privacy, audit, curves }: Some): Html {
  return html`
<nav aria-label="Contents"><a href="#accuracy">Accuracy</a> <a href="#recall">Recall</a> <a href="#mined">Mined</a> ${sets && html`<a href="#distilled">Distilled</a> `}${mailed && html`<a href="#mailed">Bytes</a> `}${privacy && html`<a href="#privacy">Privacy</a> `}<a href="#confusion">Confusion</a> <a href="#reliability">Reliability</a> <a href="#mining">Mining</a> ${audit && html`<a href="#audit">Audit</a> `}${curves && html`<a href="#curves">Curves</a> `}<a href="#cost">Time and settings</a></nav>`;
}
