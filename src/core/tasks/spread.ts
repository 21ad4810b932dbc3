/** Does the deed for each, so many at once, in order; the first that fails is thrown once all the others stand still. */
export async function spread<T>(items: readonly T[], atOnce: number, deed: (item: T) => Promise<void>): Promise<void> {
  const todo = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of todo) {
      if (failed) break;
      try {
        await deed(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const end = ends.find((one) => one.status === "rejected");
  if (end) throw end.reason;
}
