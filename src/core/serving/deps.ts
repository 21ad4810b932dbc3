import type { LoadAsk } from "../fit/fit.ts";
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { GpuProbe } from "../ports/gpu.ts";
import type { Log } from "../ports/log.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { ServerHttp } from "../ports/server-http.ts";
import type { Fit } from "../protocol/fit.ts";
import type { UnknownFlag } from "../protocol/profiles.ts";
import type { Registry } from "../registry/registry.ts";
import type { Settings } from "../settings.ts";
import type { LoadWatch } from "./loaded.ts";
import type { ProfileBook } from "./profile-book.ts";

/** @param program image or binary. What it throws keeps nothing from starting. */
export type CheckFlags = (
  asked: {
    readonly runtime: Runtime;
    readonly backend: string;
    readonly program: string;
    readonly args: readonly string[];
  },
  signal: AbortSignal,
) => Promise<readonly UnknownFlag[]>;

/** What serving asks of the world. */
export interface ServingDeps {
  readonly clock: Clock;
  readonly files: Files;
  readonly http: ServerHttp;
  readonly log: Log;
  readonly registry: Pick<Registry, "commit" | "query" | "opened">;
  readonly profiles: ProfileBook;
  /** As they are at the moment of the call. */
  readonly settings: () => Settings;
  readonly containers: Runtime;
  readonly processes: Runtime;
  /** Every line of a server's log passes it. */
  readonly redact: (line: string) => string;
  readonly loads?: LoadWatch | undefined;
  /** To see its memory come back after a stop; nothing is waited for where it is left out. */
  readonly gpu?: GpuProbe | undefined;
  /** Flags that the program itself does not know; nothing is checked where it is left out. */
  readonly checkFlags?: CheckFlags | undefined;
  /** How a profile would fit on the machine as it is now; nothing is known where it is left out. */
  readonly fits?: ((profile: string, ask: LoadAsk, signal: AbortSignal) => Promise<readonly Fit[]>) | undefined;
  /** Right before a server is stopped: whoever holds streams of it open ends them. Resolves soon, whatever becomes of them. */
  readonly beforeStop?: ((server: string) => Promise<void>) | undefined;
}
