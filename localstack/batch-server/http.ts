import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { ClientException } from '../errors.ts';
import { type JobsOptions, SubmittedJobs } from './jobs.ts';
import { operations, tagging } from './operations.ts';
import { Registry } from './registry.ts';

export interface BatchServerOptions extends JobsOptions {
  /** @default one that is free */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default '000000000000' */
  readonly account?: string;
}

export interface BatchServer {
  /** `http://127.0.0.1:PORT`; nothing outside this machine reaches it. */
  readonly url: string;
  /** Stops every job, then the server. */
  close(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * AWS Batch over HTTP, in its REST and JSON protocol: real jobs with the command, environment, attempts, retry rules and
 * timeout of their definition, run by the local Batch. Compute environments and queues are names alone.
 */
export const startBatchServer = async (options: BatchServerOptions): Promise<BatchServer> => {
  const { port = 0, region = 'us-east-1', account = '000000000000', ...jobsOptions } = options;
  const registry = new Registry(`arn:aws:batch:${region}:${account}`);
  const jobs = new SubmittedJobs(registry, jobsOptions);
  const known = operations(registry, jobs);

  const answer = async (request: IncomingMessage): Promise<Body> => {
    const { pathname } = new URL(request.url ?? '/', 'http://batch');
    const [, name = '', resource] = /^\/v1\/([a-z]+)(?:\/(.+))?$/.exec(pathname) ?? [];
    const body = await readBody(request);
    if (name === 'tags' && resource !== undefined) {
      return tagging(jobs, request.method ?? '', decodeURIComponent(resource), body);
    }
    const operation = known[name];
    if (operation === undefined) throw new ClientException(`${pathname} is not known to this server.`);
    return operation(body);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-amzn-requestid', randomUUID());
    try {
      response.end(JSON.stringify(await answer(request)));
    } catch (error) {
      const { status, type, body } = describeError(error);
      response.writeHead(status, { 'x-amzn-errortype': type }).end(JSON.stringify(body));
    }
  };

  const server = createServer((request, response) => void respond(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await jobs.close();
      server.closeAllConnections();
      server.close();
    },
  };
};

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? {} : (JSON.parse(text) as Body);
  } catch (cause) {
    throw new ClientException('The request is no JSON.', { cause });
  }
}

/** An error as the SDKs read it: the type in a header, the message in the body. */
function describeError(error: unknown): { status: number; type: string; body: Body } {
  return error instanceof ClientException
    ? { status: error.status, type: error.name, body: { message: error.message } }
    : { status: 500, type: 'ServerException', body: { message: messageOf(error) } };
}
