import { loadAskOf } from "../fit/load-ask.ts";
import { fault } from "../util/faults.ts";
import { askedOf } from "./backend.ts";
import type { SwitchRequest } from "./controller.ts";
import type { Group } from "./group.ts";
import type { Wanted } from "./prepare.ts";
import type { ProfileBook } from "./profile-book.ts";

export const isServing = (group: Group): boolean => group.state().kind !== "off";

/** What a group serves, or tried to, as it was asked for; undefined where that is nothing. */
function wantedAgain(group: Group): Pick<SwitchRequest, "profile" | "overrides"> | undefined {
  const state = group.state();
  const running = group.run && askedOf(group.run.server.labels).profile;
  const profile = running ?? (state.kind === "off" ? undefined : state.subject?.profile) ?? group.lastGood?.profile.id;
  if (profile === undefined) return undefined;
  return group.lastGood?.profile.id === profile ? { profile, overrides: group.lastGood.overrides } : { profile };
}

/** @throws FaultError `notFound` where that is nothing */
export async function requestAgain(
  group: Group,
  profiles: Pick<ProfileBook, "find">,
  signal: AbortSignal,
): Promise<{ readonly request: SwitchRequest; readonly changed: boolean }> {
  const wanted = wantedAgain(group);
  if (!wanted) throw fault({ code: "notFound", what: "server", name: group.name });
  const profile = await profiles.find(wanted.profile, signal);
  const changed = !takesAsMuch(group.lastGood, { profile, overrides: wanted.overrides ?? {} });
  return { request: { ...wanted, force: true }, changed };
}

/** Whether its memory is asked for in the same words: what was served once needs no judging. */
function takesAsMuch(one: Wanted | undefined, other: Wanted): boolean {
  const words = ({ profile, overrides }: Wanted): string =>
    JSON.stringify([profile.id, profile.modelPath, loadAskOf(profile, overrides)]);
  return one !== undefined && words(one) === words(other);
}
