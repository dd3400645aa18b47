import type { Store } from '../../core/store/store.ts';

/** Requests as S3 bills them, and bytes that came. */
export interface Requests {
  gets: number;
  puts: number;
  megabytes: number;
}

/** A store that counts what is asked of it. */
export const countingStore = (store: Store): { readonly store: Store; readonly requests: Requests } => {
  const requests: Requests = { gets: 0, puts: 0, megabytes: 0 };
  const came = <Body extends Buffer | undefined>(body: Body): Body => {
    requests.megabytes += (body?.length ?? 0) / 1e6;
    return body;
  };
  const counted: Store = {
    ...store,
    async get(key) {
      requests.gets += 1;
      return came(await store.get(key));
    },
    async range(key, from, to) {
      requests.gets += 1;
      return came(await store.range(key, from, to));
    },
    async size(key) {
      requests.gets += 1;
      return store.size(key);
    },
    async has(key) {
      requests.gets += 1;
      return store.has(key);
    },
    async put(...given) {
      requests.puts += 1;
      return store.put(...given);
    },
  };
  return { store: counted, requests };
};
