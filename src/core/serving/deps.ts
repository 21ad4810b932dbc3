import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { Log } from "../ports/log.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { ServerHttp } from "../ports/server-http.ts";
import type { Registry } from "../registry/registry.ts";
import type { Settings } from "../settings.ts";
import type { LoadWatch } from "./loaded.ts";
import type { ProfileBook } from "./profile-book.ts";

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
}
