import { CLASSIFIERS, type ClassifierName, classifierCodec, classifierFiles } from '../artifacts/classifier.ts';
import { findRun } from '../artifacts/run.ts';
import { MODEL_FORMS } from '../contracts/model.ts';
import { ConfigError, DataError, messageOf } from '../errors.ts';
import { onnxMetadata } from '../format/onnx-messages.ts';
import { type Classifier, type ClassifierCard, cardFromMetadata } from '../nets/classifier.ts';
import { hasObject, openStore } from '../store/open.ts';
import { getObject } from '../store/read.ts';
import type { Store } from '../store/store.ts';
import { splitObjectUri } from '../store/uri.ts';
import { classifierOfRun } from './of-run.ts';

/** A classifier that was found, not yet running. */
export type OpenedModel = {
  readonly card: ClassifierCard;
  /** Where it was found, for messages. */
  readonly place: string;
} & ({ readonly kind: 'tensors'; readonly classifier: Classifier } | { readonly kind: 'onnx'; readonly bytes: Buffer });

/**
 * Finds the classifier that a URI stands for.
 * @param name - which one of a run or a release; a file is the one that it is
 * @throws ConfigError on a file of another kind, DataError where there is no model, or none yet
 */
export const openModel = async (uri: string, name: ClassifierName): Promise<OpenedModel> => {
  const model = await findModel(uri, name);
  if (name === 'student' || model.card.seeds.length > 1) return model;
  throw new DataError(`${model.place} holds a single net, and no ensemble. Ask it as it is.`);
};

async function findModel(uri: string, name: ClassifierName): Promise<OpenedModel> {
  const place = uri.replace(/(?<!:\/?)\/+$/, '');
  if (await hasObject(place)) return openFile(place);
  const store = openStore(place);
  const { tensors } = classifierFiles(name);
  if (await tensors.exists(store)) return opened(`${store.root}/${tensors.key}`, await tensors.read(store));
  // The folder of the models itself.
  const file = tensors.key.slice(tensors.key.indexOf('/') + 1);
  if (await store.has(file)) return openFile(`${place}/${file}`);
  if (await hasOther(store, name)) {
    throw new DataError(`${place} is a release without an ${name}: a run of one seed, or of large nets, has none.`);
  }
  return openRun(place, name);
}

async function openFile(uri: string): Promise<OpenedModel> {
  const { root, key } = splitObjectUri(uri);
  const bytes = await getObject(openStore(root), key);
  try {
    if (/\.onnx$/i.test(key)) return { kind: 'onnx', card: cardFromMetadata(onnxMetadata(bytes)), bytes, place: uri };
    if (/\.safetensors$/i.test(key)) return opened(uri, await classifierCodec.decode(bytes));
  } catch (cause) {
    throw new DataError(`${uri} is no model of a release: ${messageOf(cause)}.`, { cause });
  }
  throw new ConfigError(`${uri} is no model. Give ${MODEL_FORMS}.`);
}

async function hasOther(store: Store, name: ClassifierName): Promise<boolean> {
  const others = CLASSIFIERS.filter((other) => other !== name).map((other) => classifierFiles(other));
  const there = await Promise.all(others.map(({ tensors }) => tensors.exists(store)));
  return there.includes(true);
}

async function openRun(place: string, name: ClassifierName): Promise<OpenedModel> {
  const run = await findRun(place);
  if (run === undefined) throw new DataError(`There is no model in ${place}. Give ${MODEL_FORMS}.`);
  const { store, plan } = run;
  return opened(place, await classifierOfRun(store, plan, plan.config.mining.rounds - 1, name));
}

function opened(place: string, classifier: Classifier): OpenedModel {
  return { kind: 'tensors', card: classifier.card, place, classifier };
}
