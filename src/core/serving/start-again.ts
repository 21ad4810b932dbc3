import { loadAskOf } from "../fit/load-ask.ts";
import { askedOf } from "./backend.ts";
import type { SwitchRequest } from "./controller.ts";
import type { Group } from "./group.ts";
import type { Wanted } from "./prepare.ts";

export const isServing = (group: Group): boolean => group.state().kind !== "off";

/** What a group serves, or tried to, as it was asked for; undefined where that is nothing. */
export function wantedAgain(group: Group): Pick<SwitchRequest, "profile" | "overrides"> | undefined {
  const state = group.state();
  const running = group.run && askedOf(group.run.server.labels).profile;
  const profile = running ?? (state.kind === "off" ? undefined : state.subject?.profile) ?? group.lastGood?.profile.id;
  if (profile === undefined) return undefined;
  return group.lastGood?.profile.id === profile ? { profile, overrides: group.lastGood.overrides } : { profile };
}

/** Whether its memory is asked for in the same words: what was served once needs no judging. */
export function takesAsMuch(one: Wanted | undefined, other: Wanted): boolean {
  const words = ({ profile, overrides }: Wanted): string =>
    JSON.stringify([profile.id, profile.modelPath, loadAskOf(profile, overrides)]);
  return one !== undefined && words(one) === words(other);
}
