import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classifierCodec, classifierFiles } from '../../../core/artifacts/classifier.ts';
import { labelledSetFile } from '../../../core/artifacts/inputs.ts';
import { planFile } from '../../../core/artifacts/run.ts';
import { openModel } from '../../../core/classify/open-model.ts';
import { startClassifier } from '../../../core/classify/start.ts';
import { encodeOnnx } from '../../../core/exchange/onnx.ts';
import { onnxModel, onnxNode, onnxValue } from '../../../core/format/onnx-messages.ts';
import { cardToMetadata } from '../../../core/nets/classifier.ts';
import { openStore } from '../../../core/store/open.ts';
import { folderWith } from '../../support/images.ts';
import { benchmark, plan, RUN, writeSmallModels } from '../../support/small-release.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { toyClassifier } from '../../support/toy-classifier.ts';

const student = toyClassifier();
const tinyParts = [
  onnxNode('Identity', ['image'], ['same']),
  onnxValue('input', 'image', 'float', ['n', 4]),
  onnxValue('output', 'same', 'float', ['n', 4]),
];
const tensors = Buffer.from(classifierCodec.encode(student));
const runFolder = async (): Promise<string> => {
  const root = pathToFileURL(temporaryFolder()).href;
  await planFile(RUN).write(openStore(root), plan);
  return root;
};

describe('startClassifier', () => {
  it('refuses an ONNX file that has the card of a classifier and is none', async () => {
    const foreign = onnxModel({ name: 'x', doc: '', parts: tinyParts, metadata: cardToMetadata(student.card) });
    const folder = await folderWith({ 'a.onnx': foreign });
    const model = await openModel(`${folder}/a.onnx`, 'student');
    await expect(startClassifier(model, { threads: 1 })).rejects.toThrow(
      /a\.onnx cannot be run by onnxruntime: it takes image and gives same; a classifier takes pixels/,
    );
  });
});

describe('openModel', () => {
  it.each(['', '/', '/model', '/model/student.safetensors', '/model/student.onnx'])(
    'finds the student of a release by its place and "%s" behind it',
    async (below) => {
      const { tensors: file, onnx } = classifierFiles('student');
      const release = await folderWith({ [file.key]: tensors, [onnx.key]: encodeOnnx(student) });
      expect((await openModel(`${release}${below}`, 'student')).card).toEqual(student.card);
    },
  );

  it('finds the nets of a run that is not published yet, and calibrates them by its folds', async () => {
    const root = await runFolder();
    const store = openStore(root);
    await labelledSetFile(RUN).write(store, benchmark);
    await writeSmallModels(store);
    const { card } = await openModel(`${root}/runs/${RUN}`, 'ensemble');
    expect(card).toMatchObject({ runId: RUN, role: 'consistent', seeds: [0, 1], classes: plan.classes });
    expect(card.temperature).toBeGreaterThan(0);
  });

  it('says of a run without students that it has none yet, and what to do', async () => {
    const root = await runFolder();
    const opened = openModel(`${root}/runs/${RUN}`, 'student');
    await expect(opened).rejects.toMatchObject({ name: 'DataError', exitCode: 65 });
    await expect(opened).rejects.toThrow(/has no consistent net of seed 0 yet.*Let the run go on/);
  });

  it('says of a release of one seed that it has no ensemble', async () => {
    const release = await folderWith({ [classifierFiles('student').tensors.key]: tensors });
    await expect(openModel(release, 'ensemble')).rejects.toThrow(/is a release without an ensemble/);
    const file = `${release}/${classifierFiles('student').tensors.key}`;
    await expect(openModel(file, 'ensemble')).rejects.toThrow(/holds a single net/);
  });

  it.each([
    ['a folder of something else', {}, '', /There is no model in .*a run's folder/],
    ['a file of another kind', { 'a.pt': 'x' }, '/a.pt', /a\.pt is no model\. Give a run's folder/],
    [
      'an ONNX file of somebody else',
      { 'a.onnx': Buffer.from([0x08, 0x08]) },
      '/a.onnx',
      /no model of a release: .*classifierVersion/,
    ],
    ['bytes that are no ONNX', { 'a.onnx': 'a web page' }, '/a.onnx', /no model of a release: no protocol buffer/],
    [
      'a file cut short',
      { 'a.safetensors': tensors.subarray(0, 9000) },
      '/a.safetensors',
      /no model of a release: .*cut short/,
    ],
  ])('says what %s is', async (_, files, below, message) => {
    const folder = await folderWith(files);
    await writeFile(join(fileURLToPath(folder), 'notes.txt'), '');
    await expect(openModel(`${folder}${below}`, 'student')).rejects.toThrow(message);
  });
});
