import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import type { ProfileBook } from "../../../src/core/serving/profile-book.ts";
import { readSettings } from "../../../src/core/settings.ts";
import type { Millis } from "../../../src/core/util/ids.ts";
import type { ServingWorld } from "./deck.ts";

/** The world's profiles, each unloaded after so long: a file tells no time below a second. */
export function withTtl(world: ServingWorld, ttl: Millis): ProfileBook {
  const book = createProfileBook({
    files: nodeFiles,
    settings: () => readSettings(world.values, world.folder).settings,
  });
  return { ...book, find: async (id, signal) => ({ ...(await book.find(id, signal)), ttl }) };
}
