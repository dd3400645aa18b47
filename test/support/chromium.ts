import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine; `undefined` where none is found. */
export const chromiumPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync);

/** What the DevTools protocol answers and tells; each method has its own fields. */
type Fields = Record<string, unknown>;

/** A tab of a browser without a window. */
export interface Page {
  open(url: string): Promise<void>;
  /** The value of an expression in the page. @throws Error with what it threw */
  evaluate<T>(expression: string): Promise<T>;
  /** Clicks with the mouse where the element of a selector is. */
  click(selector: string): Promise<void>;
  /** Presses a key, called as `KeyboardEvent.key` does. */
  press(key: string): Promise<void>;
  /** Sends a command of the protocol itself. @see https://chromedevtools.github.io/devtools-protocol/ */
  send(method: string, fields?: Fields): Promise<Fields>;
  /** The path of the next file that is saved. */
  download(): Promise<string>;
  /** Errors and warnings of the console so far, uncaught exceptions and violations of the policy among them. */
  readonly problems: readonly string[];
  /** Everything that was asked for so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a browser with one empty tab, by the protocol's pipe: no port, no library. */
export const openChromium = async (path: string): Promise<Page> => {
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-chromium-'));
  const browser = spawn(
    path,
    [
      ...['--headless', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--no-first-run', '--disable-background-networking', '--disable-component-update'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, '--window-size=1000,800'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const { call, on } = protocolOf(browser);
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, fields: Fields = {}) => call(method, fields, sessionId as string);

  const problems: string[] = [];
  const requests: string[] = [];
  on('Runtime.consoleAPICalled', ({ type, args }) => {
    if (type === 'error' || type === 'warning') problems.push(JSON.stringify(args));
  });
  on('Runtime.exceptionThrown', ({ exceptionDetails }) => problems.push(JSON.stringify(exceptionDetails)));
  on('Log.entryAdded', ({ entry }) => problems.push(JSON.stringify(entry)));
  on('Network.requestWillBeSent', ({ request }) => requests.push((request as { url: string }).url));
  on('Page.javascriptDialogOpening', () => void send('Page.handleJavaScriptDialog', { accept: true }));
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await call('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, eventsEnabled: true });

  const next = (event: string, wanted: (fields: Fields) => boolean = () => true): Promise<Fields> =>
    new Promise((resolve) => {
      const off = on(event, (fields) => {
        if (!wanted(fields)) return;
        off();
        resolve(fields);
      });
    });
  const evaluate = async <T>(expression: string): Promise<T> => {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  };
  return {
    problems,
    requests,
    send,
    evaluate,
    open: async (url) => {
      const loaded = next('Page.loadEventFired');
      await send('Page.navigate', { url });
      await loaded;
    },
    click: async (selector) => {
      const at = await evaluate<{ x: number; y: number }>(`(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { left, top, width, height } = element.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      })()`);
      for (const type of ['mousePressed', 'mouseReleased']) {
        await send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
      }
    },
    press: async (key) => {
      const text = key.length === 1 ? { text: key } : {};
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    download: async () => {
      // A small file is saved before anybody who waits for its beginning is told of it.
      const [begun] = await Promise.all([
        next('Browser.downloadWillBegin'),
        next('Browser.downloadProgress', ({ state }) => state === 'completed'),
      ]);
      return join(folder, begun.suggestedFilename as string);
    },
    close: async () => {
      const ended = new Promise((resolve) => browser.once('exit', resolve));
      await call('Browser.close');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

type Listener = (fields: Fields) => void;

/** The browser's end of the pipe: JSON objects, each with a zero byte behind it. */
function protocolOf(browser: ChildProcess) {
  const [to, from] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
  const waiting = new Map<number, { resolve: (value: Fields) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, Set<Listener>>();
  let last = 0;
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop()!;
    for (const message of messages) {
      const { id, result, error, method, params } = JSON.parse(message);
      if (method !== undefined) for (const listener of listeners.get(method) ?? []) listener(params);
      else if (error !== undefined) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });
  browser.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser has ended.'));
  });
  return {
    call: (method: string, params: Fields = {}, sessionId?: string): Promise<Fields> => {
      const id = ++last;
      to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    on: (event: string, listener: Listener): (() => void) => {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => all.delete(listener);
    },
  };
}
