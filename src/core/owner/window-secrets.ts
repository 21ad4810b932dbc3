import type { Redactor } from "../util/redact.ts";
import type { WindowLine } from "./line.ts";

/** Secrets of this window and, where it has none, of those that follow. */
export interface WindowSecrets {
  get(name: string): Promise<string | undefined>;
  /** It has changed in one of them: they are asked anew. */
  forget(name: string): void;
}

/**
 * Each window is asked once for each name, in the order they came; what one says is kept in memory, and nowhere else. A
 * store that cannot be read counts as empty: one goes on without.
 * @param windows those that follow now
 */
export function createWindowSecrets(
  own: { get(name: string): Promise<string | undefined> },
  windows: () => Iterable<WindowLine>,
  redact: Pick<Redactor, "learn">,
): WindowSecrets {
  const held = new Map<string, string>();
  const asked = new Map<string, WeakSet<WindowLine>>();
  const asking = new Map<string, Promise<void>>();

  async function askAround(name: string): Promise<void> {
    const known = asked.get(name) ?? new WeakSet<WindowLine>();
    asked.set(name, known);
    for (const window of Array.from(windows())) {
      if (known.has(window)) continue;
      known.add(window);
      const secret = await window.askSecret(name);
      // It may have been forgotten meanwhile.
      if (secret === null || asked.get(name) !== known) continue;
      redact.learn(secret);
      held.set(name, secret);
      return;
    }
  }

  /** A window that is being closed cannot read its own any more, while its downloads still go on. */
  const before = new Map<string, string | undefined>();
  async function ownSecret(name: string): Promise<string | undefined> {
    try {
      const secret = await own.get(name);
      before.set(name, secret);
      return secret;
    } catch {
      return before.get(name);
    }
  }

  return {
    get: async (name) => {
      const ours = await ownSecret(name);
      if (ours !== undefined || held.has(name)) return ours ?? held.get(name);
      const round = asking.get(name) ?? askAround(name).finally(() => asking.delete(name));
      asking.set(name, round);
      await round;
      return held.get(name);
    },
    forget: (name) => {
      held.delete(name);
      asked.delete(name);
    },
  };
}
