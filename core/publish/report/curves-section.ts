import { modelFiles } from '../../artifacts/model.ts';
import type { Role } from '../../contracts/roles.ts';
import type { Summary } from '../../contracts/summary.ts';
import type { Store } from '../../store/store.ts';
import { type Html, html } from './html.ts';

/** The loss of a role's nets over their steps: the mean over the seeds. */
export interface LearningCurve {
  readonly role: Role;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

/** Which nets are meant: of all seeds, of a round. */
export interface CurvesOf {
  readonly config: Pick<Summary['config'], 'seeds'>;
  readonly mined: Pick<Summary['mined'], 'round'>;
}

const ROLES: readonly Role[] = [
  'primitive',
  'control',
  'student',
  'consistent-control',
  'consistent',
  'noisy-control',
  'noisy',
];

/** What the trainings of the last round wrote down; a role that was not trained has no curve. */
export const readCurves = async (
  store: Store,
  { runId, config, mined }: Pick<Summary, 'runId'> & CurvesOf,
): Promise<LearningCurve[]> => {
  const curves: LearningCurve[] = [];
  for (const role of ROLES) {
    const seeds = await Promise.all(
      Array.from({ length: config.seeds }, (_, seed) => modelFiles(runId, role, seed, mined.round).losses.find(store)),
    );
    const logs = seeds.filter((log) => log !== undefined);
    const [first] = logs;
    if (first === undefined) continue;
    // All seeds read their loss at the same steps.
    const mean = (i: number): number => logs.reduce((sum, log) => sum + (log[i]?.loss ?? 0), 0) / logs.length;
    curves.push({ role, points: first.map(({ step }, i) => ({ step, loss: mean(i) })) });
  }
  return curves;
};

const [WIDTH, HEIGHT] = [100, 40];

/** How the nets learned, one small picture a role, all to one scale. */
export const curvesSection = (curves: readonly LearningCurve[]): Html | false => {
  if (curves.length === 0) return false;
  const most = Math.max(...curves.flatMap(({ points }) => points.map(({ loss }) => loss)));
  return html`
<section id="curves">
<h2>Learning curves</h2>
<p class="lead">Loss on batches as they are trained on (varied, mixed, partly of pseudo-labels), mean over the seeds, from 0 to ${most.toFixed(2)}. A curve that still falls at its end asks for more steps; one at 0 has learned its images by heart. Losses of different roles are of different batches: compare shapes, not heights. The numbers are in <code>log.jsonl</code> beside each model.</p>
<div class="curves">${curves.map((curve) => curveHtml(curve, most))}</div>
</section>`;
};

function curveHtml({ role, points }: LearningCurve, most: number): Html {
  const last = points.at(-1)!;
  const path = points
    .map(({ step, loss }) => `${((WIDTH * step) / last.step).toFixed(2)},${(HEIGHT * (1 - loss / most)).toFixed(2)}`)
    .join(' ');
  const about = `Loss of ${role}: ${points[0]!.loss.toFixed(2)} at step ${points[0]!.step}, ${last.loss.toFixed(2)} at step ${last.step}`;
  return html`
<figure>
<figcaption>${role}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${about}"><polyline points="${path}"/></svg>
<div class="ends"><span>step ${points[0]!.step}</span><span>${last.loss.toFixed(2)}</span><span>${last.step}</span></div>
</figure>`;
}
