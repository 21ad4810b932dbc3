import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { DockerAddress } from "./docker-address.ts";
import { durableReplace } from "./durable-replace.ts";

export type EngineAddress = Exclude<DockerAddress, { readonly refusal: string }>;

/**
 * Engines that servers of a data folder were seen on, kept in it: another one may be chosen while they run. Nothing of it
 * rejects: what cannot be written is not known later.
 */
export interface KnownEngines {
  /** None where the file holds nothing that can be read. */
  read(): Promise<readonly EngineAddress[]>;
  note: (address: EngineAddress) => Promise<void>;
  forget: (name: string) => Promise<void>;
}

const addresses = v.array(
  v.union([
    v.strictObject({ name: v.string(), socketPath: v.string() }),
    v.strictObject({
      name: v.string(),
      host: v.string(),
      port: v.number(),
      tls: v.optional(v.strictObject({ folder: v.string(), verify: v.boolean() })),
    }),
  ]),
);

export function knownEngines(storage: string): KnownEngines {
  const file = path.join(storage, "engines.json");
  let changing: Promise<void> = Promise.resolve();
  const read = async (): Promise<readonly EngineAddress[]> => {
    try {
      const told = v.safeParse(addresses, JSON.parse(await readFile(file, "utf8")));
      return told.success ? told.output : [];
    } catch {
      return [];
    }
  };
  /** One after the other: each has what the one before it wrote. */
  const change = (to: (known: readonly EngineAddress[]) => readonly EngineAddress[]): Promise<void> => {
    const last = changing;
    const work = async (): Promise<void> => {
      await last;
      const before = await read();
      const after = to(before);
      if (JSON.stringify(after) !== JSON.stringify(before)) await durableReplace(file, JSON.stringify(after));
    };
    changing = work().catch(() => undefined);
    return changing;
  };
  return {
    read,
    note: (address) =>
      change((known) =>
        known.some(({ name }) => name === address.name)
          ? known.map((one) => (one.name === address.name ? address : one))
          : [...known, address],
      ),
    forget: (name) => change((known) => known.filter((one) => one.name !== name)),
  };
}
