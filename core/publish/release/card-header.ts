import { minedColumns } from '../../artifacts/mined.ts';
import { releaseFiles } from '../../artifacts/release.ts';
import { releasedViewsFile, viewColumns } from '../../artifacts/released-views.ts';
import { setName } from '../../contracts/names.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Summary } from '../../contracts/summary.ts';
import type { ParquetColumn } from '../../format/parquet.ts';
import { type HubFeature, hubFeatures } from '../../format/parquet-columns.ts';
import { quoted } from '../../text/printable.ts';

/** What is loaded by one name: files of one table. */
export interface HubConfig {
  readonly name: string;
  readonly files: readonly string[];
  readonly columns: readonly ParquetColumn[];
}

/**
 * What `load_dataset` gives of a release, by name: all sets together where none is given, which a column tells apart, or one of them, or
 * the mined set.
 */
export const hubConfigs = ({ sets, classes }: ReleaseEval, { mined }: Summary): HubConfig[] => {
  const columns = viewColumns(classes);
  const files = sets.map((spec) => releasedViewsFile(setName(spec), classes).key);
  const minedSet = { files: [releaseFiles.mined.key], columns: minedColumns(mined.score.name, classes) };
  return [
    { name: 'default', ...(sets.length > 0 ? { files, columns } : minedSet) },
    ...sets.map((spec, i) => ({ name: setName(spec), files: [files[i]!], columns })),
    { name: 'mined', ...minedSet },
  ];
};

/**
 * The YAML in front of a dataset card. Every name of a stranger is quoted, which leaves nothing for a hostile one to break out of.
 * @param views - images that nets learn from, in all sets together
 * @see https://github.com/huggingface/hub-docs/blob/main/datasetcard.md
 */
export const cardHeader = (evaluation: ReleaseEval, summary: Summary, views: number): string => {
  const configs = hubConfigs(evaluation, summary);
  return [
    '---',
    `pretty_name: ${quoted(`Distilled sets of run ${evaluation.runId}`)}`,
    'license: other',
    'license_name: rights-of-the-source-images',
    `license_link: ${releaseFiles.licence.key}`,
    'annotations_creators:',
    '  - machine-generated',
    'source_datasets: []',
    'task_categories:',
    '  - image-classification',
    'size_categories:',
    `  - ${sizeCategory(views)}`,
    'tags:',
    '  - dataset-distillation',
    '  - image-classification',
    '  - soft-labels',
    'configs:',
    ...configs.flatMap(({ name, files }) => [
      `  - config_name: ${quoted(name)}`,
      ...(name === 'default' ? ['    default: true'] : []),
      '    data_files:',
      '      - split: train',
      '        path:',
      ...files.map((file) => `          - ${quoted(file)}`),
    ]),
    'dataset_info:',
    ...configs.flatMap(({ name, columns }) => [
      `  - config_name: ${quoted(name)}`,
      '    features:',
      ...columns.flatMap((column) => featureLines(column, evaluation.classes)),
    ]),
    '---',
  ].join('\n');
};

function featureLines({ field, name = field, type }: ParquetColumn, classes: readonly string[]): string[] {
  const features = Object.values(hubFeatures([{ name, type }], classes));
  return [`      - name: ${quoted(name)}`, ...features.flatMap(yamlOf).map((line) => `        ${line}`)];
}

/** A feature as the card writes it: shorter than in a Parquet file. */
function yamlOf(feature: HubFeature): string[] {
  switch (feature._type) {
    case 'Value':
      return [`dtype: ${feature.dtype}`];
    case 'Sequence':
      return [`sequence: ${feature.feature.dtype}`];
    case 'Image':
      return ['dtype: image'];
    case 'ClassLabel': {
      const names = feature.names.map((name, label) => `      "${label}": ${quoted(name)}`);
      return ['dtype:', '  class_label:', '    names:', ...names];
    }
  }
}

/** Counts as the dataset hubs bin them. */
function sizeCategory(images: number): string {
  return images < 1000 ? 'n<1K' : images < 10_000 ? '1K<n<10K' : '10K<n<100K';
}
