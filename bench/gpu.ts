import { spawn } from 'node:child_process';

/** Watches the GPU from now on; the answer stops it and gives the percentages it was busy, one every 200 ms. */
export const watchGpu = (): (() => number[]) => {
  const query = ['--query-gpu=utilization.gpu', '--format=csv,noheader,nounits', '--loop-ms=200'];
  const child = spawn('nvidia-smi', query, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => {
    child.kill();
    return text.split('\n').flatMap((line) => (/^\d+$/.test(line.trim()) ? Number(line) : []));
  };
};
