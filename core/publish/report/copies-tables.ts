import type { Rejection } from '../../contracts/rejections.ts';
import type { Summary } from '../../contracts/summary.ts';
import { type Html, html } from './html.ts';

/** Some of the images that were left out as copies, by what they are copies of. */
export const copiesHtml = ({ copies, duplicates }: Summary): Html[] => [
  ...tableOf('Near copies of benchmark images, some of them', copies && [...copies.labelled, ...copies.pool]),
  ...tableOf('Near copies of labelled images in the pool, some of them', duplicates?.ofLabelled),
  ...tableOf('Near copies of better images of the pool, some of them', duplicates?.ofMined),
];

function tableOf(caption: string, named: readonly Rejection[] = []): Html[] {
  if (named.length === 0) return [];
  const rows = named.map(({ key, detail }) => html`<tr><th scope="row">${key}</th><td>${detail}</td></tr>`);
  return [
    html`<table class="plain"><caption>${caption}</caption><thead><tr><th scope="col">image</th><th scope="col">is like</th></tr></thead><tbody>${rows}</tbody></table>`,
  ];
}
