import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalPage, openLocalPage } from '../../../../cli/ui/local-page.ts';
import type { LiveStatus } from '../../../../core/contracts/live-status.ts';

const STATUS: LiveStatus = {
  ...{ runId: 'main', state: 'running', stages: [], jobs: [], notes: [], curves: [], hasReport: false },
};

let page: LocalPage | undefined;
const open = async (report?: Buffer): Promise<string> => {
  page = await openLocalPage({ runId: 'main', port: 0, status: async () => STATUS, report: async () => report });
  return page.url;
};
afterEach(async () => {
  await page?.close();
  page = undefined;
});

const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ code: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => (body += part));
      response.on('end', () => resolve({ code: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });

describe('the local page', () => {
  it('is served to this machine alone, and loads nothing from elsewhere', async () => {
    const url = await open();
    const { code, headers, body } = await ask(url);
    expect(code).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(body).toContain('default-src &#39;none&#39;');
    expect(body.replaceAll(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(/https?:|src="/);
    const outside = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find((one) => !one.internal && one.family === 'IPv4');
    if (outside === undefined) return;
    const refused = await new Promise((resolve) => {
      connect(Number(new URL(url).port), outside.address)
        .on('connect', () => resolve(false))
        .on('error', () => resolve(true));
    });
    expect(refused).toBe(true);
  });

  it.each([
    ['evil.example', 403],
    ['127.0.0.1:1', 403],
    ['127.0.0.1', 403],
  ])('answers nobody who calls it %s: a name of a stranger may lead to this machine', async (host, code) => {
    expect((await ask(await open(), { Host: host })).code).toBe(code);
  });

  it('is known as localhost, too', async () => {
    const url = await open();
    expect((await ask(url, { Host: `localhost:${new URL(url).port}` })).code).toBe(200);
  });

  it('shows nothing to who does not know its path, and takes no orders', async () => {
    const url = await open();
    expect((await ask(new URL('/', url).href)).code).toBe(404);
    expect((await ask(new URL('/status', url).href)).code).toBe(404);
    expect((await ask(`${url}../../etc/passwd`)).code).toBe(404);
    expect((await ask(`${url}toString`)).code).toBe(404);
    expect((await ask(`${url}status`, {}, 'POST')).code).toBe(405);
    expect((await ask(url, {}, 'HEAD')).body).toBe('');
  });

  it('tells how far the run is, and hands out the report once it is there', async () => {
    const before = await open();
    expect(JSON.parse((await ask(`${before}status`)).body)).toEqual(STATUS);
    expect((await ask(`${before}report`)).code).toBe(404);
    await page!.close();
    const url = await open(Buffer.from('<!doctype html>report'));
    expect(await ask(`${url}report`)).toMatchObject({ code: 200, body: '<!doctype html>report' });
  });

  it('says of a port that somebody else has what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const opened = openLocalPage({ runId: 'main', port, status: async () => STATUS, report: async () => undefined });
    await expect(opened).rejects.toThrow(`--ui: port ${port} cannot be had`);
    other.close();
  });

  it('ends at once where nobody looks', async () => {
    const url = await open();
    const began = performance.now();
    await page!.close();
    page = undefined;
    expect(performance.now() - began).toBeLessThan(2000);
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });
});
