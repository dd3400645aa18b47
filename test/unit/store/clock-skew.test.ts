import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../core/store/open.ts';
import { makeS3Client } from '../../../core/store/s3-client.ts';

const MINUTE = 60_000;
let server: Server;

/** When a request says that it was signed. */
const signedAt = ({ headers }: IncomingMessage): number =>
  Date.parse(String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** A service whose clock is ahead of this machine's, and that takes no request signed outside of a window, as AWS does. */
const service = async (
  aheadMinutes: number,
  windowMinutes: number,
  refuse: (response: ServerResponse) => void,
  answer: (response: ServerResponse) => void,
  tellsTime = true,
): Promise<{ requests: () => number }> => {
  let requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    const now = Date.now() + aheadMinutes * MINUTE;
    response.sendDate = false;
    if (tellsTime) response.setHeader('date', new Date(now).toUTCString());
    if (Math.abs(now - signedAt(request)) > windowMinutes * MINUTE) refuse(response);
    else answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return { requests: () => requests };
};

afterEach(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});

const says =
  (status: number, body: string) =>
  (response: ServerResponse): void => {
    response.writeHead(status);
    response.end(body);
  };
const skewed = says(
  403,
  '<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>',
);
const absent = says(404, '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
const store = () => openStore('s3://bucket', () => makeS3Client());

describe.each([-10, 10])('a machine whose clock is %i minutes off', (ahead) => {
  it('reads from S3, which takes 15 minutes', async () => {
    const { requests } = await service(ahead, 15, skewed, says(200, 'pixels'));
    expect(String(await store().get('a.png'))).toBe('pixels');
    expect(requests()).toBe(1);
  });

  it('is told once by a service that takes five, and signs by its clock from then on', async () => {
    const refused = says(400, '{"__type":"InvalidSignatureException","message":"Signature expired: it is too late."}');
    const { requests } = await service(ahead, 5, refused, says(200, '{"status":"RUNNING"}'));
    const client = new SFNClient({});
    const request = new DescribeExecutionCommand({ executionArn: 'arn:aws:states:us-east-1:1:execution:a:b' });
    expect((await client.send(request)).status).toBe('RUNNING');
    expect((await client.send(request)).status).toBe('RUNNING');
    expect(requests()).toBe(3);
  });

  it('still finds that there is no object', async () => {
    await service(ahead, 15, skewed, absent);
    expect(await store().get('plan.json')).toBeUndefined();
  });
});

describe('a machine whose clock is 20 minutes off', () => {
  it('reads from S3 all the same', async () => {
    const { requests } = await service(20, 15, skewed, says(200, 'pixels'));
    expect(String(await store().get('a.png'))).toBe('pixels');
    expect(requests()).toBe(2);
  });

  it('is told to set it where the answer does not say what time it is: nothing else is wrong', async () => {
    await service(20, 15, skewed, says(200, 'pixels'), false);
    await expect(store().get('a.png')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^s3:\/\/bucket\/a\.png: .*The clock of this machine is wrong: set it\.$/),
    });
  });
});
