import type { Command } from 'commander';

/** What can be pasted, by command: a test parses every line with the program itself. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  run: [
    'run --labelled faces/train --pool faces/pool --benchmark test=faces/test --out result',
    "run --labelled fer2013.csv --pool 'shards/{000..031}.tar' --benchmark public=fer2013.csv#PublicTest --benchmark private=fer2013.csv#PrivateTest --preset quick --out result",
    'run --labelled faces/train --pool faces/pool --benchmark test=faces/test --out result --pool-audit audit.csv',
  ],
  predict: [
    'predict result/runs/main image.jpg',
    'predict result/runs/main/release folder/ shards.tar --csv > predictions.csv',
    'predict release/model/student.onnx s3://bucket/images --json --embedding',
  ],
  verify: ['verify result/runs/main/release', 'verify release --benchmark test=faces/test'],
  export: [
    'export mined result/runs/main --format parquet --out mined',
    'export mined s3://bucket/runs/faces --format webdataset --out s3://other/mined',
  ],
  demo: ['demo', 'demo --out faces-demo --seed 3 --jobs 1'],
  doctor: ['doctor', 'doctor --json > machine.json'],
  start: [
    'start --labelled faces/train --pool faces/pool --benchmark test=faces/test --run-id first',
    'start --labelled s3://bucket/train --pool s3://bucket/pool --benchmark test=s3://bucket/test --preset quick --dry-run',
  ],
  watch: ['watch first', 'watch first --interval 30 --region eu-west-1'],
  stop: ['stop first'],
  redrive: ['redrive first', 'redrive first --even-if-harmful'],
  runs: ['runs', 'runs --limit 5 --json'],
  pull: ['pull first', 'pull first --all --out results'],
  cost: ['cost --images 1000000', 'cost --pool faces/pool --instance g5.xlarge --hour-price 1.006', 'cost first'],
};

/** Adds its examples to the help of every command. */
export const addExamples = (program: Command): void => {
  for (const command of program.commands) {
    const lines = (EXAMPLES[command.name()] ?? []).map((line) => `  npx omnidistill ${line}`);
    const title = lines.length === 1 ? 'Example' : 'Examples';
    if (lines.length === 0) continue;
    for (const one of [command, ...command.commands]) one.addHelpText('after', `\n${title}:\n${lines.join('\n')}`);
  }
};
