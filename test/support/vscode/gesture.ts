import { setTimeout as sleep } from "node:timers/promises";

/** What one try of a gesture may take, in milliseconds: a locator that waits longer gives way to the next try. */
export const TRY = { timeout: 5000 } as const;

/**
 * Makes a gesture again and again until its effect is seen: one that falls into the moment in which the workbench draws
 * anew is lost. For gestures that do no harm when they are made twice.
 * @param gesture may fail, which is a try that had no effect
 * @throws Error that has the failure of the last try as its cause
 */
export async function untilDone(
  what: string,
  gesture: () => Promise<unknown>,
  done: () => Promise<boolean>,
  { timeout = 120_000, patience = 4000 }: { readonly timeout?: number; readonly patience?: number } = {},
): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    const failure = await gesture().then(
      () => undefined,
      (error: unknown) => error,
    );
    const next = performance.now() + patience;
    do {
      if (await done()) return;
      await sleep(100);
    } while (performance.now() < next);
    if (performance.now() > end) throw new Error(`${what}: no effect within ${timeout / 1000} s`, { cause: failure });
  }
}
