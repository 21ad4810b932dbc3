import { fault } from "../../util/faults.ts";
import { deckKey, wantedWords } from "../yaml/deck-keys.ts";
import { readValue } from "../yaml/read-value.ts";
import type { ProfilePatch } from "./profile-desk.ts";

/** The patch with each value as its key holds it. @throws FaultError `badArguments` naming the key */
export function checkPatch(patch: ProfilePatch, verb: string): ProfilePatch {
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => {
      const refuse = (problem: string) => fault({ code: "badArguments", verb, path: `patch.${name}`, problem });
      if (/^env\.[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        if (typeof value === "object" && value !== null) throw refuse("takes a text");
        return [name, value === null ? null : String(value)];
      }
      const key = deckKey(name);
      if (!key || key.kind.kind === "environment") throw refuse("is no key of a profile");
      if (value === null) return [name, null];
      const held = readValue(key.kind, value);
      if (held === undefined || (typeof held === "object" ? held : [String(held)]).some((one) => one.includes("\0")))
        throw refuse(`takes ${wantedWords(key.kind)}`);
      return [name, held];
    }),
  );
}
