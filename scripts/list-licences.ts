import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
export const PAGE = join(ROOT, 'docs', 'licences.md');

const Package = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  link: z.boolean().optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Package) });
const Manifest = z.looseObject({
  license: z.union([z.string(), z.looseObject({ type: z.string() })]).optional(),
  licenses: z.array(z.looseObject({ type: z.string() })).optional(),
});

/** Old packages say it in their own manifest alone. */
const ofManifest = (path: string): string | undefined => {
  try {
    const { license, licenses } = Manifest.parse(JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')));
    return typeof license === 'object' ? license.type : (license ?? licenses?.map(({ type }) => type).join(' OR '));
  } catch {
    return undefined;
  }
};

interface Listed {
  readonly name: string;
  readonly licence: string;
  readonly dev: boolean;
}

const packages = (): Listed[] => {
  const { packages: all } = Lock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.entries(all)
    .filter(([path, { link }]) => path !== '' && link !== true)
    .map(([path, { version, license, dev, devOptional }]) => ({
      name: `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`,
      licence: license ?? ofManifest(path) ?? 'not stated',
      dev: dev === true || devOptional === true,
    }));
};

const section = (title: string, listed: readonly Listed[]): string[] => {
  const licences = [...new Set(listed.map(({ licence }) => licence))].sort();
  return [
    `## ${title}`,
    '',
    ...licences.flatMap((licence) => {
      const names = new Set(listed.filter((each) => each.licence === licence).map(({ name }) => name));
      return [`**${licence}** (${names.size}): ${[...names].sort().join(', ')}`, ''];
    }),
  ];
};

/** The page, from the lock file. */
export const licencePage = (): string => {
  const all = packages();
  return [
    '# Dependencies and their licences',
    '',
    '<!-- Written by `npx tsx scripts/list-licences.ts` from package-lock.json. -->',
    '',
    'omnidistill itself is under the Apache License 2.0 (`LICENSE`). What npm installs, by licence, is below. Nothing of it is',
    'copied into this repository. `LGPL-3.0-or-later` is libvips, which sharp loads as a shared library that may be replaced;',
    'packages for other platforms are listed because the lock file holds them.',
    '',
    'The worker image holds Debian packages (their copyright files lie in `/usr/share/doc`), Node.js (MIT), the libraries of a',
    'TensorFlow wheel (Apache-2.0) and, in the GPU variant, NVIDIA CUDA libraries under the NVIDIA Software License Agreement,',
    'which allows to redistribute them with an application. LocalStack (Apache-2.0, with its dependencies as pinned in',
    '`localstack/requirements.txt`) is installed for tests alone and part of nothing that is deployed.',
    '',
    ...section(
      'In what runs',
      all.filter(({ dev }) => !dev),
    ),
    ...section(
      'For development alone',
      all.filter(({ dev }) => dev),
    ),
  ].join('\n');
};

if (process.argv[1] === import.meta.filename) writeFileSync(PAGE, licencePage());
