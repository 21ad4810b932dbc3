import type { UnknownFlag } from "../protocol/profiles.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { askedOf } from "./backend.ts";
import type { Acts } from "./bring-up.ts";
import type { SwitchRequest } from "./controller.ts";
import type { Group } from "./group.ts";
import { memoryBefore } from "./memory-back.ts";
import { firstFree } from "./ports.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { ServerProfile } from "./profile.ts";
import { type Ready, type SwitchEnd, discard } from "./switch-group.ts";
import type { Turn } from "./turn.ts";

/**
 * Everything that can be known, and made, before the old server stops; `end` where it runs already as it is asked for.
 * @throws FaultError what keeps it from being started; nothing was touched then
 */
export async function preflight(
  acts: Acts,
  group: Group,
  profile: ServerProfile,
  request: SwitchRequest,
  onLooked: (found: RuntimeAvailability) => void,
  turn: Turn,
): Promise<Ready | { readonly end: SwitchEnd }> {
  const signal = AbortSignal.any([turn.given, acts.closing]);
  const { deps, ports } = acts;
  const wanted = { profile, overrides: request.overrides ?? {} };
  const asked = await prepare(deps, ports, wanted, onLooked, signal);
  const { run } = group;
  const state = group.state();
  const isSame = run?.asked.command === askedOf(asked.spec.labels).command;
  if (run && state.kind === "ready" && request.force !== true && isSame) {
    const ready = { kind: "ready", run, got: state.readBack, differences: state.differences } as const;
    group.lastGood = asked;
    return { end: { outcome: "ready", ready: { ...ready, took: deps.clock.now() }, notices: asked.notices } };
  }
  if (request.force !== true) await requireKnownFlags(acts, asked, signal);
  const ours = await asked.runtime.list(signal);
  const strays = ours.filter(
    (server) =>
      askedOf(server.labels).group === group.name &&
      server.id !== run?.server.id &&
      // The router it goes into stays up.
      !(server.running && profile.router !== undefined && askedOf(server.labels).router === profile.router),
  );
  const leaving = [...(run ? [run.server] : []), ...strays];
  const tried = ports.candidates(profile, deps.settings().serving.port);
  const prepared = await firstFree(tried, async (port) => {
    const spec = { ...asked, ...asked.at(port) };
    const freed = leaving.find((server) => server.port === port)?.port;
    await asked.runtime.check(spec.spec, freed, signal);
    return spec;
  });
  const before = run && (await memoryBefore(run, deps, signal));
  const made = await prepared.runtime.create(prepared.spec, signal);
  if (!signal.aborted) return { prepared, made, strays, before };
  if (!acts.closing.aborted) await discard(acts, made);
  throw signal.reason;
}

/** @throws FaultError `flagUnknown` for the first one that the program does not know */
async function requireKnownFlags(
  { deps }: Acts,
  { runtime, backend, spec }: Prepared,
  signal: AbortSignal,
): Promise<void> {
  if (!deps.checkFlags) return;
  const program = spec.kind === "container" ? spec.image : spec.binary;
  const args = spec.router ? [...spec.args, ...spec.router.args, "--models-preset"] : spec.args;
  let unknown: readonly UnknownFlag[] = [];
  try {
    unknown = await deps.checkFlags({ runtime, backend: backend.name, program, args }, signal);
  } catch (error) {
    signal.throwIfAborted();
    deps.log.warn(`the flags of ${program} cannot be checked: ${reasonOf(error)}`);
  }
  const [first] = unknown;
  if (!first) return;
  const instead = first.renamedTo ?? first.near[0];
  throw fault({ code: "flagUnknown", flag: first.flag, ...(instead === undefined ? {} : { instead }) });
}
