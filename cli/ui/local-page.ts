import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveStatus } from '../../core/contracts/live-status.ts';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { watchPage } from './watch-page.ts';

export interface LocalPageOptions {
  readonly runId: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly status: () => Promise<LiveStatus>;
  /** The report, once it is there. */
  readonly report: () => Promise<Buffer | undefined>;
}

/** A page that shows a run as long as the command lasts. */
export interface LocalPage {
  readonly url: string;
  /** Ends it; whoever looks at it gets the last state and the report before. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** A page that has not asked for so long is not looked at. */
const LOOKED_AT_MS = 5000;
/** So long a page that is looked at may take to fetch the report. */
const LAST_FETCH_MS = 10_000;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves the local page of a run on the loopback interface alone, below a path that nobody guesses: other people on the
 * machine may be no friends, and so may be other pages in the browser.
 * @throws ConfigError where the port cannot be had
 */
export const openLocalPage = async (options: LocalPageOptions): Promise<LocalPage> => {
  const base = `/${randomBytes(16).toString('base64url')}/`;
  const page = watchPage(options.runId);
  const seen = { asked: Number.NEGATIVE_INFINITY, last: false };
  const routes = new Map<string, () => Promise<Answer>>([
    ['', async () => ({ type: 'text/html', body: page })],
    [
      'status',
      async () => {
        const status = await options.status();
        seen.asked = performance.now();
        // What failed has no report to wait for.
        if (status.state === 'failed') seen.last = true;
        return { type: 'application/json', body: JSON.stringify(status) };
      },
    ],
    [
      'report',
      async () => {
        const body = await options.report();
        if (body === undefined) return { code: 404, type: 'text/plain', body: 'There is no report yet.' };
        seen.last = true;
        return { type: 'text/html', body };
      },
    ],
  ]);
  const server = createServer((request, response) => {
    void answer(request, base, routes, (server.address() as AddressInfo).port).then((found) =>
      send(request, response, found),
    );
  });
  server.listen(options.port, LOOPBACK);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ConfigError(
      `--ui: port ${options.port} cannot be had: ${messageOf(cause)}. Give another one, or none for any that is free.`,
      { cause },
    );
  });
  // A run that ends for another reason must not be kept alive by who watches it.
  server.unref();
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${base}`,
    close: async () => {
      const until = performance.now() + LAST_FETCH_MS;
      while (!seen.last && performance.now() - seen.asked < LOOKED_AT_MS && performance.now() < until) await sleep(50);
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await sleep(100);
      server.closeAllConnections();
      await closed;
    },
  };
};

interface Answer {
  readonly code?: number;
  readonly type: string;
  readonly body: string | Buffer;
}

async function answer(
  { method, url = '', headers }: IncomingMessage,
  base: string,
  routes: ReadonlyMap<string, () => Promise<Answer>>,
  port: number,
): Promise<Answer> {
  const refuse = (code: number, body: string): Answer => ({ code, type: 'text/plain', body });
  // A name of a stranger that resolves to this machine would make its page the same origin.
  if (![`${LOOPBACK}:${port}`, `localhost:${port}`].includes(headers.host ?? ''))
    return refuse(403, 'This is a page of this machine alone.');
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'This page can only be looked at.');
  const route = url.startsWith(base) ? routes.get(url.slice(base.length)) : undefined;
  if (route === undefined) return refuse(404, 'There is no such page.');
  try {
    return await route();
  } catch (error) {
    return refuse(500, messageOf(error));
  }
}

function send({ method }: IncomingMessage, response: ServerResponse, { code = 200, type, body }: Answer): void {
  response.writeHead(code, {
    ...HEADERS,
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
