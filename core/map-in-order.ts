/** Limits what is in work or waiting to be taken by its bytes, beside by its number. */
export interface ByteBound<T> {
  /** Nothing more is begun from this sum on; a single item may be larger. */
  readonly most: number;
  /** Bytes that an item holds, as far as they are known before it is worked on. */
  of(item: T): number;
}

/**
 * Works on several items at once and yields the results in the order of the items. Nothing is begun while nobody asks
 * for the next result.
 * @param ahead - most items in work or waiting to be taken; bounds the memory
 * @param bytes - bounds it where items differ in size
 * @throws what the source or the work throws, when its turn comes
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R> | R,
  bytes?: ByteBound<T>,
): AsyncGenerator<R> {
  const waiting: { readonly result: Promise<R>; readonly size: number }[] = [];
  let held = 0;
  let failed: { readonly error: unknown } | undefined;
  // What the source gave before it failed comes before its error.
  async function* untilFailure(): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (error) {
      failed = { error };
    }
  }
  for await (const item of untilFailure()) {
    const size = bytes?.of(item) ?? 0;
    const result = (async () => work(item))();
    // Its error is thrown when it is awaited in its turn; until then it must not count as unhandled.
    result.catch(() => undefined);
    waiting.push({ result, size });
    held += size;
    while (waiting.length >= ahead || (waiting.length > 0 && held >= (bytes?.most ?? Number.POSITIVE_INFINITY))) {
      const first = waiting.shift()!;
      yield await first.result;
      held -= first.size;
    }
  }
  for (const { result } of waiting) yield await result;
  if (failed !== undefined) throw failed.error;
}
