import type { Secrets } from "../ports/secrets.ts";

/** For doors without a keyring of their own, and for tests: gone with the process. */
export function secretsInMemory(initial: Readonly<Record<string, string>> = {}): Secrets {
  const held = new Map(Object.entries(initial));
  return {
    get: async (name) => held.get(name),
    set: async (name, value) => void held.set(name, value),
    delete: async (name) => void held.delete(name),
  };
}
