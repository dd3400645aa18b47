import { assembleRandom, type Distil } from '../method.ts';

/** Mined images drawn by chance: what any choice has to beat. */
export const distil: Distil = (task) => assembleRandom(task, 'random');
