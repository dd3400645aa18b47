/**
 * Cuts a package.json down to the dependencies that the given files name, so that an image holds nothing that its code
 * does not load. Run by the Dockerfile: node keep-packages.mjs PACKAGE_JSON FILE...
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [manifestPath, ...files] = process.argv.slice(2);
const { name, version, type, dependencies, optionalDependencies } = JSON.parse(readFileSync(manifestPath, 'utf8'));
const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');

/** A package is named in quotes, alone or with a path inside it: by import, by require, or by a computed require. */
const isNamed = (wanted) => ['"', "'", '`'].some((quote) => new RegExp(`${quote}${wanted}[/${quote}]`).test(source));
const keep = (all = {}) => Object.fromEntries(Object.entries(all).filter(([wanted]) => isNamed(wanted)));

const kept = { ...keep(dependencies), ...keep(optionalDependencies) };
if (Object.keys(kept).length === 0) throw new Error(`${files.join(', ')} names no dependency of ${manifestPath}.`);
writeFileSync(manifestPath, `${JSON.stringify({ name, version, type, private: true, dependencies: kept }, null, 2)}\n`);
console.log(`Kept ${Object.keys(kept).join(', ')}.`);
