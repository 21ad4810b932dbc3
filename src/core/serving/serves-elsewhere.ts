import type { Runtime } from "../ports/runtime.ts";
import type { Settings } from "../settings.ts";
import type { ServerProfile } from "./profile.ts";

/**
 * Whether a profile may be served on another machine, so that nothing of this one tells whether it fits. True where it is
 * decided only when it is served.
 */
export const servesElsewhere = (
  { runtime }: Pick<ServerProfile, "runtime">,
  engine: Settings["serving"]["engine"],
  containers: Pick<Runtime, "elsewhere">,
): boolean => (runtime ?? engine) !== "process" && containers.elsewhere?.() === true;
