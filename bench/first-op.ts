import * as tf from '@tensorflow/tfjs-core';
import { BackendName } from '../core/contracts/stats.ts';
import { selectBackend } from '../core/tensor/backend.ts';

// The first operation of a fresh process: the parent counts the time until this line is out.
await selectBackend({ forced: BackendName.parse(process.argv[2]) });
tf.tidy(() => tf.conv2d(tf.ones<tf.Rank.R4>([1, 8, 8, 1]), tf.ones<tf.Rank.R4>([3, 3, 1, 8]), 1, 'same').dataSync());
process.stdout.write('done\n');
process.exit(0);
