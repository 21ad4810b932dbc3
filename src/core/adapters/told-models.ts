import type { FoundModel } from "../stores/found.ts";
import type { NamedModels } from "./kept-models.ts";
import type { FromScanThread } from "./scan-messages.ts";
import { createSharing } from "./shared-facts.ts";

export type ToldModels = Omit<Extract<FromScanThread, { readonly kind: "models" }>, "id">;

/** So many that the host takes one message in less than a frame. */
const BATCH = 100;
/** Before a name; alone: all are as before. */
const AS_BEFORE = "=";
const NEW = "+";

/** A model of a report: its name alone, where the host has it. */
export interface Entry {
  readonly path: string;
  /** Empty: it is not remembered, so nobody would know it again. */
  readonly name: string;
  /** Absent where the host has it. */
  readonly model?: FoundModel;
}

/**
 * A report's models as they are told to the host: of what it has, the name alone.
 * @param known names that the host has, in the order of its last report, between blanks
 */
export function* toldModels(entries: readonly Entry[], known: string): Iterable<ToldModels> {
  if (known !== "" && entries.map(({ name }) => name).join(" ") === known) {
    yield { kind: "models", names: AS_BEFORE, models: [] };
    return;
  }
  const has = namesIn(known);
  const shared = createSharing();
  let words: string[] = [];
  let own: FoundModel[] = [];
  for (const { name, model } of entries) {
    const isKnown = model === undefined || has.has(name);
    words.push((isKnown ? AS_BEFORE : NEW) + name);
    if (!isKnown) own.push(shared(model));
    if (own.length < BATCH) continue;
    yield { kind: "models", names: words.join(" "), models: own };
    words = [];
    own = [];
  }
  if (words.length > 0) yield { kind: "models", names: words.join(" "), models: own };
}

export const namesIn = (known: string): ReadonlySet<string> => new Set(known === "" ? [] : known.split(" "));

/** What a scan's messages tell, together with what was told before. */
export interface HeardModels {
  hear(told: ToldModels): void;
  /** In the order in which they were told. */
  all(): readonly FoundModel[];
  /** The very one from before where nothing is new. */
  named(): NamedModels;
}

export function createHeardModels(before: NamedModels): HeardModels {
  const all: FoundModel[] = [];
  const named = new Map<string, FoundModel>();
  let isAsBefore = false;
  return {
    all: () => (isAsBefore ? Array.from(before.values()) : all),
    named: () => (isAsBefore ? before : named),
    hear: ({ names, models }) => {
      if (names === AS_BEFORE) {
        isAsBefore = true;
        return;
      }
      let next = 0;
      for (const word of names.split(" ")) {
        const name = word.slice(1);
        const model = word.startsWith(AS_BEFORE) ? before.get(name) : models[next++];
        if (!model) throw new Error("the scan thread told of a model that is not there");
        all.push(model);
        if (name !== "") named.set(name, model);
      }
    },
  };
}
