import type { RuntimeAvailability, ServerLogs, ServingStatus, SwitchResult } from "../protocol/serving.ts";
import type { Event } from "../util/events.ts";
import type { Millis } from "../util/ids.ts";
import type { Held } from "./held.ts";

export interface SwitchRequest {
  readonly profile: string;
  readonly overrides?: SwitchOverrides | undefined;
  /** False: resolves once the switch is under way. */
  readonly wait?: boolean | undefined;
  readonly timeout?: Millis | undefined;
  /** What to do while another switch is under way. Default `fail`: a `busy` fault. */
  readonly onBusy?: "fail" | "queue" | "replace" | undefined;
  readonly force?: boolean | undefined;
  /** What does not fit as it is asked for: a warning in the result, or a `doesNotFit` fault before anything is touched. Default `warn`. */
  readonly onUnfit?: "warn" | "refuse" | undefined;
  /** What there is to be warned of; rejects with why it is refused. Waited for shortly, before the old one stops. */
  readonly misgiving?: Promise<string | undefined> | undefined;
}

export interface SwitchOverrides {
  readonly context?: number | undefined;
  readonly gpuLayers?: number | undefined;
  readonly cacheType?: string | undefined;
  readonly args?: readonly string[] | undefined;
}

/** Starts, replaces and stops servers: at most one switch at a time per group. */
export interface ServingController {
  /** Expected ends are results; faults are thrown where nothing was touched yet (unknown profile, engine away). */
  switchTo(request: SwitchRequest, signal: AbortSignal): Promise<SwitchResult>;
  /** Idempotent. @param server all servers where it is left out */
  stop(server: string | undefined, signal: AbortSignal): Promise<ServingStatus>;
  /** Stops it and starts the same again. @throws FaultError `notFound` where nothing was served there */
  restart(server: string | undefined, more: Pick<SwitchRequest, "onUnfit">, signal: AbortSignal): Promise<SwitchResult>;
  /** What a restart asks for; `changed`: its memory is asked for in other words than what was served last. */
  again(
    server: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly request: SwitchRequest; readonly changed: boolean }>;
  /** Gives up the switch that is under way, whoever asked for it; the last good profile comes back. */
  cancel(server: string | undefined): void;
  /** A request goes to it by way of us: it is not idle. */
  used(server: string): void;
  status(): ServingStatus;
  /** What someone else found when they looked at what runs servers. */
  looked(found: RuntimeAvailability): void;
  /** What the server of a group has in memory; undefined where there is none. */
  held(group: string, signal: AbortSignal): Promise<Held | undefined>;
  logs(request: {
    readonly server?: string | undefined;
    readonly lines?: number | undefined;
    readonly since?: number | undefined;
  }): ServerLogs;
  readonly onChange: Event<void>;
  readonly onLog: Event<{ readonly server: string; readonly first: number; readonly lines: readonly string[] }>;
  /** Lets go of what it watches; servers live on. */
  close(): Promise<void>;
}
