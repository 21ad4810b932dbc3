/** So many looks at the disk at a time: a share that hangs holds up no more than these. */
const AT_ONCE = 32;

/** The answers in the order of the items; the first that fails ends it. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  const todo = items.entries();
  const one = async (): Promise<void> => {
    for (const [index, item] of todo) {
      signal.throwIfAborted();
      answers[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, one));
  return answers;
}
