import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEmulator } from '../../../localstack/emulator.ts';
import { clientEnvironment, emulatedEnvironment, exportLines } from '../../../localstack/endpoint.ts';
import { chooseHost, dockerHost, processHost } from '../../../localstack/host.ts';

const ENDPOINT = 'http://127.0.0.1:4566';
const OPTIONS = { port: 4566, batchUrl: 'http://127.0.0.1:4000', stateFolder: '/state' };

afterEach(() => vi.unstubAllEnvs());

describe('the environment of LocalStack', () => {
  it('never leads a command to a real account', () => {
    vi.stubEnv('AWS_PROFILE', 'production');
    vi.stubEnv('AWS_SESSION_TOKEN', 'secret');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAREAL');
    const environment = emulatedEnvironment(ENDPOINT);
    expect(environment).not.toHaveProperty('AWS_PROFILE');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
    expect(environment).toMatchObject(clientEnvironment(ENDPOINT));
    expect(exportLines(ENDPOINT)[0]).toMatch(/^unset .*AWS_PROFILE/);
  });

  it('is reached from this machine alone, also where Docker publishes it', () => {
    expect(processHost('python', OPTIONS).environment.GATEWAY_LISTEN).toBe('127.0.0.1:4566');
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    const { args } = dockerHost(OPTIONS);
    expect(args[args.indexOf('--publish') + 1]).toBe('127.0.0.1:4566:4566');
    expect(args).toContain('OMNIDISTILL_BATCH_URL=http://host.docker.internal:4000');
  });

  it('says what to install where neither Python nor Docker is there', () => {
    vi.stubEnv('OMNIDISTILL_PYTHON', '/no/such/python');
    vi.stubEnv('XDG_CACHE_HOME', '/no/such/cache');
    vi.stubEnv('PATH', '/no/such/folder');
    expect(() => chooseHost(OPTIONS, () => {})).toThrow(/Python 3\.13 .* was not found[\s\S]*Docker/);
  });

  it('refuses a port that somebody else has, instead of taking them for LocalStack', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const stateFolder = mkdtempSync(join(tmpdir(), 'omnidistill-port-'));
    await expect(startEmulator({ port, stateFolder, say: () => {} })).rejects.toThrow(`Port ${port} is taken`);
    other.close();
    rmSync(stateFolder, { recursive: true });
  });
});
