import { memory, rate, table } from '../../core/text/format.ts';
import type { DoctorReport } from './contract.ts';

/** The report as lines for a person. */
export const doctorLines = (report: DoctorReport): string[] => {
  const { machine, versions, gpu, threads, backends, chosen } = report;
  const facts = [
    [
      'system',
      `${machine.platform} ${machine.arch}, ${machine.glibc === null ? 'no glibc' : `glibc ${machine.glibc}`}`,
    ],
    ['processor', `${machine.processor}, cores: ${machine.cores}`],
    ['memory', `${memory(machine.memoryMiB)}, ${memory(machine.freeMemoryMiB)} free`],
    ['GPU', gpuLine(gpu)],
    ...Object.entries(versions),
  ] as const;
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  lines.push('', `Images a second of one job with threads: ${threads} (48×48 grey, default net)`);
  lines.push(...table([['backend', 'training', 'embedding', 'start in s'], ...backends.map(rowOf)]));
  const missing = backends.flatMap((backend) => (backend.works ? [] : [backend]));
  if (missing.length > 0) lines.push('', 'Missing');
  for (const { name, problem, fix } of missing) {
    lines.push(`  ${name}: ${problem}`);
    if (fix !== undefined) lines.push(`    ${fix}`);
  }
  const predicts =
    chosen?.predicts === undefined ? '' : `; ${chosen.predicts} predicts, and its embedding was measured`;
  const verdict =
    chosen === null
      ? `No job can start: ${report.problem}`
      : `Jobs compute on ${chosen.name}: ${chosen.reason}${predicts}.`;
  return [...lines, '', verdict];
};

function gpuLine({ found, devices, driverLoads }: DoctorReport['gpu']): string {
  if (found.length > 0) {
    return found.map(({ name, driver, memoryMiB }) => `${name}, ${memory(memoryMiB)}, driver ${driver}`).join('; ');
  }
  const driver = driverLoads ? 'libcuda.so.1 loads' : 'no libcuda.so.1';
  return devices.length > 0 ? `${devices.join(', ')}; ${driver}; nvidia-smi lists none` : `none (${driver}, no device)`;
}

function rowOf(report: DoctorReport['backends'][number]): string[] {
  return report.works
    ? [report.name, rate(report.trainingPerSecond), rate(report.embeddingPerSecond), report.startSeconds.toFixed(2)]
    : [report.name, '–', '–', '–'];
}
