import { releaseFiles } from '../../artifacts/release.ts';
import type { ReleaseEval } from '../../contracts/release.ts';
import type { Summary } from '../../contracts/summary.ts';
import type { ParquetColumn } from '../../format/parquet.ts';
import type { ParquetType } from '../../format/parquet-columns.ts';
import { sha256 } from '../../format/sha256.ts';
import { type HubConfig, hubConfigs } from './card-header.ts';
import { jsonFile, type ReleaseFile } from './set-files.ts';

/**
 * `croissant.json`: what the tables of a release hold, for libraries and catalogues that know Croissant.
 * @param files - of the release, the tables among them
 * @see https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
 */
export const croissantFile = (
  evaluation: ReleaseEval,
  summary: Summary,
  files: readonly ReleaseFile[],
): ReleaseFile => {
  // All sets together are no table of their own.
  const tables = hubConfigs(evaluation, summary).filter(({ name }) => name !== 'default');
  const sums = new Map(files.map(({ path, bytes }) => [path, bytes]));
  return jsonFile(releaseFiles.croissant.key, {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    name: `distilled-sets-of-${evaluation.runId}`,
    description: `Distilled sets and the mined set of run ${evaluation.runId}, made by omnidistill; README.md tells what they are made of and what they are worth.`,
    license: releaseFiles.licence.key,
    citeAs: 'https://arxiv.org/abs/2005.08551',
    version: '1.0.0',
    distribution: tables.map(({ files: [path] }) => ({
      '@type': 'cr:FileObject',
      '@id': path,
      name: path,
      contentUrl: path,
      encodingFormat: 'application/x-parquet',
      sha256: sha256(sums.get(path!)!),
    })),
    recordSet: [classesOf(evaluation), ...tables.map(recordSet)],
  });
};

const CLASSES = 'classes';

/** What labels are called. */
function classesOf({ classes }: ReleaseEval): object {
  const fields = [
    { '@type': 'cr:Field', '@id': `${CLASSES}/label`, name: 'label', dataType: 'sc:Integer' },
    { '@type': 'cr:Field', '@id': `${CLASSES}/name`, name: 'name', dataType: 'sc:Text' },
  ];
  return {
    '@type': 'cr:RecordSet',
    '@id': CLASSES,
    name: CLASSES,
    dataType: 'sc:Enumeration',
    key: { '@id': `${CLASSES}/label` },
    field: fields,
    data: classes.map((name, label) => ({ [`${CLASSES}/label`]: label, [`${CLASSES}/name`]: name })),
  };
}

function recordSet({ name, files: [path], columns }: HubConfig): object {
  return {
    '@type': 'cr:RecordSet',
    '@id': name,
    name,
    field: columns.map((column) => fieldOf(name, path!, column)),
  };
}

function fieldOf(set: string, path: string, { field, name = field, type }: ParquetColumn): object {
  const { transform, ...kind } = FIELDS[type];
  return {
    '@type': 'cr:Field',
    '@id': `${set}/${name}`,
    name,
    ...kind,
    source: { fileObject: { '@id': path }, extract: { column: name }, ...(transform && { transform }) },
  };
}

interface FieldKind {
  readonly dataType: string;
  readonly isArray?: boolean;
  readonly arrayShape?: string;
  readonly references?: object;
  readonly transform?: object;
}

const list = (dataType: string): FieldKind => ({ dataType, isArray: true, arrayShape: '-1' });

const FIELDS: Readonly<Record<ParquetType, FieldKind>> = {
  STRING: { dataType: 'sc:Text' },
  INT32: { dataType: 'sc:Integer' },
  DOUBLE: { dataType: 'sc:Float' },
  LABEL: { dataType: 'sc:Integer', references: { field: { '@id': `${CLASSES}/label` } } },
  IMAGE: { dataType: 'sc:ImageObject', transform: { jsonPath: 'bytes' } },
  FLOATS: list('sc:Float'),
  STRINGS: list('sc:Text'),
};

/** As the specification prints it. */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};
