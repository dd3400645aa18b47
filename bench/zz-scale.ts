import { readFileSync } from 'node:fs';
import { sketcherOf } from '../core/copies/sketches.ts';
import { likelyCopies } from '../core/copies/likely-copies.ts';
import { random } from '../core/tensor/random.ts';
const p = new Uint8Array(readFileSync('/tmp/exp/fer.thumb')); const n = p.length / 576;
const draw = random('scale'); const N = 240000;
const cpu = () => process.cpuUsage().user / 1e6;
const part = (count: number) => { const o = new Uint8Array(count * 576); for (let i = 0; i < count; i++) { const [a, b] = [draw.below(n), draw.below(n)]; const w = 0.6 + 0.4 * draw.next(); for (let k = 0; k < 576; k++) o[i * 576 + k] = Math.round(w * p[a * 576 + k]! + (1 - w) * p[b * 576 + k]!); } return { size: 24, channels: 1, count, pixels: o }; };
const sk = sketcherOf(part(800) as any);
const words = new Int32Array(N * 80);
for (let i = 0; i < N; i += 2000) words.set(sk(part(2000) as any).words, i * 80);
for (const count of [15000, 30000, 60000, 120000, 240000]) { const t = cpu(); const f = likelyCopies({ count, words: words.subarray(0, count * 80) }); const s = cpu() - t; console.log(count, 'seconds', s.toFixed(1), 'ms each', (1000 * s / count).toFixed(3), 'named', [...f.values()].reduce((a, b) => a + b.length, 0), Math.round(process.memoryUsage().rss / 2 ** 20), 'MiB'); }
