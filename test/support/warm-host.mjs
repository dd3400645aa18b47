import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// A process that works off one job after another, each by the worker's bundle as a process of its own would: its
// arguments, its environment, its lines, its exit code. What the bundle imports stays loaded. Started by warm-engine.ts.

const exit = process.exit.bind(process);
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text) => process.send({ text: String(text) });
}
process.on('disconnect', () => exit(0));

let attempts = 0;
process.on('message', async ({ command, environment }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  const [program, ...args] = command;
  process.argv = [process.execPath, program, ...args];
  process.removeAllListeners('SIGTERM');
  let told = false;
  process.once('SIGTERM', () => {
    told = true;
  });
  const ended = new Promise((end) => {
    // A job that was told to end takes the process with it.
    process.exit = (code) => (told ? exit(code) : end(code));
  });
  attempts++;
  await import(`${pathToFileURL(resolve(program)).href}?${attempts}`);
  process.send({ exitCode: await ended });
});
