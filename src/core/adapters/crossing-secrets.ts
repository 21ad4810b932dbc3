import type { Secrets } from "../ports/secrets.ts";
import type { SecretAsk } from "./deck-messages.ts";

/** The window's store of secrets, asked across by the thread of the deck. */
export interface CrossingSecrets {
  readonly store: Secrets;
  readonly hear: (id: number, value: string | undefined) => void;
  /** The store could not be read or written. */
  readonly fail: (id: number, message: string) => void;
}

/** @param learn told every secret that crosses */
export function createCrossingSecrets(
  send: (id: number, ask: SecretAsk) => void,
  learn: (secret: string) => void,
): CrossingSecrets {
  const asked = new Map<number, PromiseWithResolvers<string | undefined>>();
  let last = 0;
  const ask = (what: SecretAsk): Promise<string | undefined> => {
    const question = Promise.withResolvers<string | undefined>();
    last += 1;
    asked.set(last, question);
    send(last, what);
    return question.promise;
  };
  const take = (id: number): PromiseWithResolvers<string | undefined> | undefined => {
    const question = asked.get(id);
    asked.delete(id);
    return question;
  };
  return {
    store: {
      get: (name) => ask({ deed: "get", name }),
      set: async (name, value) => {
        learn(value);
        await ask({ deed: "set", name, value });
      },
      delete: async (name) => void (await ask({ deed: "delete", name })),
    },
    hear: (id, value) => {
      if (value !== undefined) learn(value);
      take(id)?.resolve(value);
    },
    fail: (id, message) => take(id)?.reject(new Error(message)),
  };
}

/** Answers on the window's side. A window without a store has nothing. */
export async function askStore(store: Secrets | undefined, ask: SecretAsk): Promise<string | undefined> {
  if (ask.deed === "get") return store?.get(ask.name);
  await (ask.deed === "set" ? store?.set(ask.name, ask.value) : store?.delete(ask.name));
  return undefined;
}
