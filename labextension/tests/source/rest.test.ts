import { afterEach, expect, test } from 'vitest';

import type { ILive } from '../../src/source/live';
import { RestSource } from '../../src/source/rest';
import { pageSettings } from '../../src/source/settings';
import { problemOf, type SourceError } from '../../src/source/source';

const live: ILive = {
  state: 'live',
  watch: () => ({ dispose: () => undefined }),
  onState: () => ({ dispose: () => undefined })
};

interface IAsked {
  url: string;
  init: RequestInit;
}

/** Return a source whose server answers so, and what it is asked. */
function answering(answer: () => Response): [RestSource, IAsked[]] {
  const asked: IAsked[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    asked.push({ url, init });
    return Promise.resolve(answer());
  };
  return [new RestSource({ baseUrl: '/user/alice', fetch, live }), asked];
}

async function failure(work: Promise<unknown>): Promise<SourceError> {
  return work.then(
    () => Promise.reject(new Error('nothing failed')),
    (error: unknown) => error as SourceError
  );
}

afterEach(() => {
  document.body.textContent = '';
});

test('a path stands below the server’s base URL; undefined is not asked', async () => {
  const [source, asked] = answering(() => Response.json([]));

  await source.get('runs', { query: 'a & b', cursor: undefined });

  expect(asked[0]?.url).toBe(
    '/user/alice/jupyter-artifacts/api/v1/runs?query=a+%26+b'
  );
});

test('an error of the server keeps its message, hint and place', async () => {
  const problem = {
    code: 'malformed-query',
    message: 'm',
    hint: 'h',
    column: 3
  };
  const [source] = answering(() => Response.json(problem, { status: 400 }));

  const error = await failure(source.get('runs'));

  expect(error.status).toBe(400);
  expect(error.problem).toMatchObject(problem);
});

test('a proxy’s page of HTML becomes a problem with the status', async () => {
  const [source] = answering(
    () => new Response('<h1>Bad Gateway</h1>', { status: 502 })
  );

  const error = await failure(source.get('runs'));

  expect(error.problem.code).toBe('http-502');
  expect(error.problem.hint).not.toBe('');
});

test('a server that does not answer is said to be unreachable', async () => {
  const fetch = (): Promise<Response> => Promise.reject(new TypeError('no'));
  const source = new RestSource({ baseUrl: '/', fetch, live });

  const error = await failure(source.get('runs'));

  expect(problemOf(error).code).toBe('unreachable');
});

test('the end of a file is asked for by a range, its size comes along', async () => {
  const [source, asked] = answering(
    () =>
      new Response('tail', {
        status: 206,
        headers: { 'Content-Range': 'bytes 96-99/100', ETag: '"blake3:4c1e"' }
      })
  );

  const read = await source.bytes('log', { first: -4 });

  expect(new Headers(asked[0]?.init.headers).get('Range')).toBe('bytes=-4');
  expect(read).toMatchObject({ total: 100, etag: 'blake3:4c1e' });
});

test('a range of an empty file is no bytes, not an error', async () => {
  const [source] = answering(
    () =>
      new Response('', {
        status: 416,
        headers: { 'Content-Range': 'bytes */0' }
      })
  );

  expect((await source.bytes('log', { first: 0, last: 9 })).bytes).toHaveLength(
    0
  );
});

test('a Jupyter page says where its server is', () => {
  const data = document.createElement('script');
  data.id = 'jupyter-config-data';
  data.type = 'application/json';
  data.append(JSON.stringify({ baseUrl: '/user/bob/', token: 'secret' }));
  document.body.append(data);

  expect(pageSettings()).toEqual({ baseUrl: '/user/bob/' });
});

test('a page of the server has an address that leads there from anywhere', () => {
  const [source] = answering(() => new Response());

  expect(source.page('jupyter-artifacts/share/1#x')).toBe(
    `${window.location.origin}/user/alice/jupyter-artifacts/share/1#x`
  );
});
