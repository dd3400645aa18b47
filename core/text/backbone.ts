import type { BackboneCard } from '../contracts/backbones.ts';
import { percent } from './format.ts';

/** Name of a model's file behind that of its folder: many models are called alike. */
export const backboneName = ({ uri }: Pick<BackboneCard, 'uri'>): string => {
  const path = uri.startsWith('file:') ? decodeURIComponent(uri) : uri;
  return path.split('/').slice(-2).join('/');
};

/** Which model mined, and what a head on it knows, for people. */
export const backboneSentence = (card: BackboneCard): string =>
  `The pool was mined by a linear head on the backbone ${backboneName(card)} (SHA-256 ${card.sha256}, output "${card.output}", ` +
  `${card.width} numbers an image), fitted on the labelled set: right about ${percent(card.accuracy)} of labelled images that it had not seen.`;
