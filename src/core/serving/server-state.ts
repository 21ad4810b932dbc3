import type { RuntimeKind } from "../ports/runtime.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { Difference, LoadProgress, ReadBack, Server, ServerState, SwitchOffer } from "../protocol/serving.ts";

/** Whom a state speaks of. */
export interface Subject {
  readonly profile: string;
  readonly title: string;
  readonly runtime: RuntimeKind;
  readonly router?: string | undefined;
  /** Absent before it was started. */
  readonly url?: string | undefined;
  /** The machine it runs on; absent: this one. */
  readonly host?: string | undefined;
}

export type GroupState =
  /** `router`: it stays up without a model. */
  | { readonly kind: "off"; readonly router?: string | undefined }
  | { readonly kind: "stopping"; readonly subject: Subject }
  | { readonly kind: "starting"; readonly subject: Subject }
  | { readonly kind: "loading"; readonly subject: Subject; readonly progress?: LoadProgress | undefined }
  | {
      readonly kind: "ready";
      readonly subject: Subject;
      readonly readBack: ReadBack | undefined;
      readonly differences: readonly Difference[];
      /** Why the switch before went back to this. */
      readonly reason?: Trouble | undefined;
      readonly offers?: readonly SwitchOffer[] | undefined;
      /** The profile of that switch. */
      readonly tried?: string | undefined;
    }
  | {
      readonly kind: "failed";
      readonly subject: Subject | undefined;
      readonly reason: Trouble;
      readonly offers?: readonly SwitchOffer[] | undefined;
    };

/** Ready comes after loading alone, hence after a health that passed in this start. */
const next: Readonly<Record<ServerState, readonly ServerState[]>> = {
  off: ["off", "starting", "loading", "failed"],
  starting: ["starting", "loading", "failed", "off"],
  loading: ["loading", "ready", "failed", "stopping"],
  ready: ["stopping", "failed"],
  stopping: ["off", "starting", "failed"],
  failed: ["off", "starting", "loading", "stopping", "failed"],
};

/** @throws TypeError for a step that does not exist, which is a mistake of ours */
export function advance(from: GroupState, to: GroupState): GroupState {
  if (!next[from.kind].includes(to.kind)) throw new TypeError(`a server does not go from ${from.kind} to ${to.kind}`);
  return to;
}

/** @param since when the state began, in ISO 8601 */
export function serverOf(group: string, state: GroupState, since: string): Server {
  const subject = state.kind === "off" ? undefined : state.subject;
  const router = state.kind === "off" ? state.router : subject?.router;
  return {
    server: group,
    group,
    state: state.kind,
    ...(subject && { profile: subject.profile, title: subject.title, runtime: subject.runtime }),
    ...(subject?.url === undefined ? {} : { url: subject.url }),
    ...(router === undefined ? {} : { router }),
    ...(subject?.host === undefined ? {} : { host: subject.host }),
    since,
    ...(state.kind === "loading" && state.progress ? { progress: state.progress } : {}),
    ...(state.kind === "ready" && state.readBack ? { readBack: state.readBack } : {}),
    differences: state.kind === "ready" ? state.differences : [],
    ...("reason" in state && state.reason ? { reason: state.reason } : {}),
    ...(state.kind === "ready" && state.tried !== undefined ? { tried: state.tried } : {}),
    ...("offers" in state && state.offers && state.offers.length > 0 ? { offers: state.offers } : {}),
  };
}
