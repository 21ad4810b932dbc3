import { setTimeout as sleep } from "node:timers/promises";

/** Asks again and again until the answer passes, and gives it. @throws Error that says the last answer, after `timeout` ms */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  passes: (answer: T) => boolean = Boolean,
  { timeout = 90_000, every = 100 }: { readonly timeout?: number; readonly every?: number } = {},
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    if (performance.now() > end)
      throw new Error(`${what}: not within ${timeout / 1000} s; last seen ${JSON.stringify(answer)}`);
    await sleep(every);
  }
}
