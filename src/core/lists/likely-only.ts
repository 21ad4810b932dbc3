import type { ContentIndex } from "../content/content.ts";
import type { Reuse } from "../downloads/reuse.ts";

/** What may hold the bytes, none of it proven: for a look that hashes nothing and takes nothing. */
export const likelyOnly = (content: Pick<ContentIndex, "candidates">): Pick<Reuse, "find"> => ({
  find: async (wanted, _, signal) => {
    const found = (await content.candidates(wanted, signal)).find(({ path }) => path !== wanted.target);
    return found && { path: found.path, proven: false, ways: [], refused: [] };
  },
});
