// One Lambda invocation: the event on standard input, the result or the error into the file OMNIDISTILL_ANSWER.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const began = Date.now();
const env = process.env;
const answer = (value) => writeFileSync(env.OMNIDISTILL_ANSWER, JSON.stringify(value ?? null));

const context = {
  ...JSON.parse(env.OMNIDISTILL_CONTEXT),
  functionName: env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  getRemainingTimeInMillis: () => Number(env.AWS_LAMBDA_FUNCTION_TIMEOUT) * 1000 - (Date.now() - began),
};

try {
  const [file, name] = env._HANDLER.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((ending) => join(env.LAMBDA_TASK_ROOT, file + ending)).find(existsSync);
  const { [name]: handler } = await import(pathToFileURL(path));
  answer(await handler(JSON.parse(readFileSync(0, 'utf8') || '{}'), context));
  process.exit(0);
} catch (error) {
  console.error(error);
  answer({ errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') });
  process.exit(1);
}
