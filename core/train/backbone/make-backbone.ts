import { backboneFiles, type HeadFiles } from '../../artifacts/backbone.ts';
import { labelledSetFile } from '../../artifacts/inputs.ts';
import { embedLabelled } from '../../backbone/embed-labelled.ts';
import { openBackbone } from '../../backbone/open-backbone.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { JobContext } from '../../run/stage.ts';
import type { Store } from '../../store/store.ts';
import { foldOf } from '../folds.ts';
import { type FittedHead, fitHeads, fitsOf } from './fit-head.ts';

/** Embeds the labelled set by the run's backbone, fits heads on it, and leaves them for mining. */
export const makeBackbone = async ({ store, plan, threads, report, log }: JobContext) => {
  const { runId, config, classes, folds } = plan;
  const { backbone, planned } = backboneOf(plan);
  const labelled = await labelledSetFile(runId).read(store);
  const steps = labelled.count + fitsOf(folds);
  const embedder = await openBackbone(backbone, planned, threads);
  const source = { field: 'labelled', uri: plan.labelled };
  const embeddings = await embedLabelled(embedder, source, labelled, { ...config, backbone }, (done) =>
    report(done, steps),
  );
  await embedder.dispose();
  let fits = 0;
  const set = { width: embedder.width, embeddings, labels: labelled.labels, classes: classes.length };
  const fitted = fitHeads(set, foldOf(labelled.labels, classes.length, folds, config.seed), folds, () =>
    report(labelled.count + ++fits, steps),
  );
  const files = backboneFiles(runId);
  for (const [fold, one] of fitted.folds.entries()) {
    await writeHead(store, files.fold(fold), one);
    await files.fold(fold).heldOut.write(store, one.heldOut);
  }
  await writeHead(store, files, fitted);
  const { tried, penalty, accuracy } = fitted;
  const { runtime, output, width } = embedder;
  const card = { ...planned, uri: backbone.uri, runtime, output, width, tried, penalty, accuracy };
  await files.card.write(store, { ...card, labelled: labelled.count });
  log(
    'info',
    `Backbone: heads on embeddings of ${width} numbers are right about ${(100 * accuracy).toFixed(1)} % of labelled images that they ` +
      `had not seen; penalty ${penalty.toPrecision(2)}`,
  );
  return { counts: { steps, labelled: labelled.count, mined: 0 } };
};

/** The backbone of a run that has one, and which model it was when the run was planned. */
export const backboneOf = ({ config, backbone: planned }: Plan) => {
  const { backbone } = config;
  if (backbone === undefined || planned === undefined) throw new TypeError('The run was planned without a backbone.');
  return { backbone, planned };
};

async function writeHead(store: Store, files: HeadFiles, { head, prototypes }: FittedHead): Promise<void> {
  await files.head.write(store, head);
  await files.prototypes.write(store, prototypes);
}
