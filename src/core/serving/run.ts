import type { RunningServer, ServerExit } from "../ports/runtime.ts";
import { type Millis, millis } from "../util/ids.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";
import { type Asked, type ServerBackend, askedOf } from "./backend.ts";
import { backendOf } from "./backends.ts";
import type { ServingDeps } from "./deps.ts";
import type { Subject } from "./server-state.ts";

/** A server that is watched: its exit and its log. */
export interface Run {
  readonly server: RunningServer;
  readonly asked: Asked;
  readonly backend: ServerBackend;
  readonly subject: Subject;
  /** Resolves when it has ended; never rejects, and stays open when the watching ends first. */
  readonly ended: Promise<ServerExit>;
  /** Once it has ended: when all of its log has come in, five seconds at most. */
  logComplete(): Promise<void>;
  /** The log of this start, as far as it was kept, oldest first; redacted. */
  logTail(): readonly string[];
  /** Those lines of it that tell what the load takes, oldest first; redacted. */
  loadLines(): readonly string[];
  /** When it last showed life: a line of its log, or what `alive` was told. */
  lastLife(): Millis;
  alive(): void;
  /** Lets go; the server lives on. */
  close(): void;
}

const KEPT = 400;
/** They have the reason; a machine that has just run out of memory, or does much else, brings them late. */
const LAST_WORDS = millis(5000);

/** @param onLines of its log, redacted. @param signal ends the watching, as `close` does */
export function watchRun(
  server: RunningServer,
  from: "start" | "tail",
  deps: Pick<ServingDeps, "clock" | "log" | "redact">,
  onLines: (lines: readonly string[]) => void,
  signal: AbortSignal,
): Run {
  const { clock, log, redact } = deps;
  const own = new AbortController();
  const closing = AbortSignal.any([own.signal, signal]);
  const asked = askedOf(server.labels);
  const backend = backendOf(asked.backend);
  const kept: string[] = [];
  const telling: string[] = [];
  let life = clock.now();
  const followed = server
    .follow(
      from,
      (lines) => {
        life = clock.now();
        const clean = lines.map(redact);
        if (telling.length < KEPT) telling.push(...clean.filter((line) => backend.tellsOfLoad(line)).slice(0, KEPT));
        kept.push(...clean.slice(-KEPT));
        // The first lines have the cause, the last ones the end: the middle goes.
        if (kept.length > 2 * KEPT) kept.splice(KEPT / 2, kept.length - KEPT);
        onLines(clean);
      },
      closing,
    )
    .catch((error: unknown) => {
      if (!isCancelled(error, closing)) log.warn(`the log of ${asked.profile} is lost: ${reasonOf(error)}`);
    });
  const ended = new Promise<ServerExit>((resolve) => {
    server.exited(closing).then(resolve, (error: unknown) => {
      if (!closing.aborted) log.error(`the end of ${asked.profile} cannot be watched`, error);
    });
  });
  return {
    server,
    asked,
    backend,
    subject: {
      profile: asked.profile,
      title: asked.title,
      runtime: server.kind,
      url: server.url,
      host: server.host,
      router: asked.router,
    },
    ended,
    logComplete: () => Promise.race([followed, clock.sleep(LAST_WORDS, closing).catch(() => undefined)]),
    logTail: () => [...kept],
    loadLines: () => [...telling],
    lastLife: () => life,
    alive: () => {
      life = clock.now();
    },
    close: () => own.abort(),
  };
}
