/**
 * Works on several items at once and yields the results in the order of the items.
 * @param ahead - most items in work or waiting to be taken; bounds the memory
 * @throws what the source or the work throws, when its turn comes
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R> | R,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  for await (const item of source) {
    const result = (async () => work(item))();
    // Its error is thrown when it is awaited in its turn; until then it must not count as unhandled.
    result.catch(() => undefined);
    waiting.push(result);
    if (waiting.length >= ahead) yield await waiting.shift()!;
  }
  for (const result of waiting) yield await result;
}
