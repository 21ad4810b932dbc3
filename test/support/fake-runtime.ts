import { once } from "node:events";
import http from "node:http";
import { portTaken } from "../../src/core/adapters/loopback-port.ts";
import type {
  RunningServer,
  Runtime,
  RuntimeKind,
  ServerExit,
  ServerSpec,
  Started,
} from "../../src/core/ports/runtime.ts";
import { createLineSplitter } from "../../src/core/serving/logs/split-lines.ts";
import { type Fault, fault } from "../../src/core/util/faults.ts";
import { bytes, millis } from "../../src/core/util/ids.ts";

/** What a server of a profile does. */
export interface FakeBehaviour {
  /** Its log, written at once. */
  readonly log?: string;
  /** Ends by itself with that, right away. */
  readonly exit?: ServerExit;
  /** Answers 503 until `finishLoading`. */
  readonly holdLoading?: boolean;
  /** Does not end when it is asked to. */
  readonly stubborn?: boolean;
  /** What it says of its context. */
  readonly context?: number;
  readonly startFault?: Fault;
}

export interface FakeRuntime extends Omit<Runtime, "create"> {
  create: Runtime["create"];
  /** From the next start on. */
  behave(profile: string, behaviour: FakeBehaviour): void;
  /** Of the newest server of that profile. */
  finishLoading(profile: string): void;
  end(profile: string, exit: ServerExit, log?: string): void;
  /** Resolves when a server of that profile has been started. */
  starting(profile: string): Promise<void>;
  /** Profiles in the order they were started and stopped: `+a`, `-a`. */
  readonly deeds: readonly string[];
  /** Makes the next stop wait until it is let go. */
  holdStop(): () => void;
  /** What `holdStop` holds. */
  letGo(): void;
  /** Profiles of those that run. */
  running(): readonly string[];
  /** The engine, or the binary, is away. */
  away: Fault | undefined;
  memory: number | undefined;
  /** What every server says of its slots; nothing that can be read where it is undefined. */
  slots: readonly object[] | undefined;
  /** What every program prints for `--help`; empty: nothing that can be read. */
  helpText: string;
}

interface Held {
  readonly id: string;
  readonly spec: ServerSpec;
  readonly listener: http.Server;
  readonly behaviour: FakeBehaviour;
  readonly exited: PromiseWithResolvers<ServerExit>;
  readonly lines: string[];
  readonly followers: Set<(lines: readonly string[]) => void>;
  readonly startedAt: number;
  loaded: boolean;
  running: boolean;
  /** Its end stands among the deeds. */
  told: boolean;
}

/** Real HTTP servers in this process, which do what a test says. @param servers shared by all that see one data folder */
export function createFakeRuntime(kind: RuntimeKind, servers = new Map<string, Held>()): FakeRuntime {
  const behaviours = new Map<string, FakeBehaviour>();
  const waiting: { readonly profile: string; readonly resolve: () => void }[] = [];
  const deeds: string[] = [];
  let hold: Promise<void> | undefined;
  let release = (): void => undefined;
  let made = 0;
  const profileOf = (spec: ServerSpec): string => spec.labels["profile"] ?? "";
  const newest = (profile: string): Held => {
    const found = [...servers.values()].findLast(({ spec }) => profileOf(spec) === profile);
    if (!found) throw new Error(`no server of ${profile}`);
    return found;
  };
  const write = (held: Held, text: string): void => {
    const splitter = createLineSplitter();
    const lines = [...splitter.add(Buffer.from(text)), ...splitter.end()];
    held.lines.push(...lines);
    for (const follower of held.followers) follower(lines);
  };
  const end = async (held: Held, exit: ServerExit): Promise<void> => {
    held.running = false;
    held.listener.closeAllConnections();
    await new Promise((resolve) => held.listener.close(resolve));
    held.exited.resolve(exit);
  };

  const endIt = async (held: Held, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    await hold;
    if (!servers.has(held.id)) return;
    if (held.running) await end(held, { code: held.behaviour.stubborn ? 137 : 0, oomKilled: false });
    if (!held.told) deeds.push(`-${profileOf(held.spec)}`);
    held.told = true;
  };

  const handle = (held: Held): RunningServer => ({
    id: held.id,
    kind,
    url: `http://127.0.0.1:${held.spec.hostPort}`,
    port: held.spec.hostPort,
    labels: held.spec.labels,
    startedAt: held.startedAt,
    running: held.running,
    end: (_grace, signal) => endIt(held, signal),
    stop: async (_grace, signal) => {
      await endIt(held, signal);
      if (!servers.delete(held.id)) return;
      if (!held.told) deeds.push(`-${profileOf(held.spec)}`);
    },
    processes: async () => (held.running ? [process.pid] : []),
    exited: (signal) => Promise.race([held.exited.promise, aborted(signal)]),
    follow: async (_from, onLines, signal) => {
      if (held.lines.length > 0) onLines(held.lines);
      held.followers.add(onLines);
      await Promise.race([held.exited.promise, aborted(signal).catch(() => undefined)]);
      held.followers.delete(onLines);
    },
    memory: async () => (runtime.memory === undefined ? undefined : bytes(runtime.memory)),
  });

  const make = (spec: ServerSpec): Held => {
    const held: Held = {
      id: `${profileOf(spec)}-${(made += 1)}`,
      spec,
      behaviour: behaviours.get(profileOf(spec)) ?? {},
      listener: http.createServer((request, response) => {
        const status = held.loaded ? 200 : 503;
        const props = { default_generation_settings: { n_ctx: contextOf(held) }, total_slots: 1 };
        const body = request.url === "/props" ? props : request.url === "/slots" ? runtime.slots : {};
        response.writeHead(status).end(JSON.stringify(body ?? {}));
      }),
      exited: Promise.withResolvers(),
      lines: [],
      followers: new Set(),
      startedAt: Date.now(),
      loaded: false,
      running: false,
      told: false,
    };
    return held;
  };
  const startIt = async (held: Held, signal: AbortSignal): Promise<Started> => {
    const { spec, behaviour } = held;
    const profile = profileOf(spec);
    try {
      signal.throwIfAborted();
      await runtime.check(spec, undefined, signal);
      if (behaviour.startFault) throw fault(behaviour.startFault);
      held.listener.listen(spec.hostPort, "127.0.0.1");
      await once(held.listener, "listening");
      if (signal.aborted) await end(held, { code: null, oomKilled: undefined });
      signal.throwIfAborted();
    } catch (error) {
      servers.delete(held.id);
      throw error;
    }
    held.running = true;
    held.loaded = behaviour.holdLoading !== true;
    deeds.push(`+${profile}`);
    write(held, behaviour.log ?? "started\n");
    if (behaviour.exit) await end(held, behaviour.exit);
    for (const { resolve } of waiting.filter((one) => one.profile === profile)) resolve();
    return { server: handle(held), create: millis(0), start: millis(1) };
  };

  const runtime: FakeRuntime = {
    kind,
    away: undefined,
    memory: undefined,
    slots: undefined,
    helpText: "",
    deeds,
    behave: (profile, behaviour) => void behaviours.set(profile, behaviour),
    finishLoading: (profile) => (newest(profile).loaded = true),
    end: (profile, exit, log) => {
      const held = newest(profile);
      if (log !== undefined) write(held, log);
      void end(held, exit);
    },
    starting: (profile) => new Promise((resolve) => waiting.push({ profile, resolve })),
    holdStop: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = promise;
      release = resolve;
      return () => runtime.letGo();
    },
    letGo: () => {
      hold = undefined;
      release();
    },
    running: () => [...servers.values()].filter((held) => held.running).map(({ spec }) => profileOf(spec)),
    probe: async (program) => {
      if (runtime.away) return { available: false, fault: runtime.away };
      return program === "" || program.includes("nothing")
        ? { available: false, fault: absent(program) }
        : { available: true, version: "1", address: "here" };
    },
    build: async (program) => (runtime.away ? undefined : `${program} ${runtime.helpText.length}`),
    help: async () => runtime.helpText,
    check: async (spec, freed, signal) => {
      signal.throwIfAborted();
      if (runtime.away) throw fault(runtime.away);
      const program = spec.kind === "container" ? spec.image : spec.binary;
      if (program.includes("nothing")) throw fault(absent(program));
      if (spec.hostPort !== freed && (await portTaken(spec.hostPort)))
        throw fault({ code: "portInUse", port: spec.hostPort });
    },
    create: async (spec, signal) => {
      signal.throwIfAborted();
      if (runtime.away) throw fault(runtime.away);
      const held = make(spec);
      servers.set(held.id, held);
      return {
        create: millis(0),
        start: (given) => startIt(held, given),
        remove: async () => void servers.delete(held.id),
      };
    },
    start: async (spec, signal) => (await runtime.create(spec, signal)).start(signal),
    list: async (signal) => {
      signal.throwIfAborted();
      return runtime.away ? [] : [...servers.values()].map(handle);
    },
  };
  const absent = (program: string): Fault =>
    kind === "container"
      ? { code: "imageMissing", image: program }
      : { code: "notFound", what: "program", name: program };
  return runtime;
}

const contextOf = ({ behaviour, spec }: Held): number => behaviour.context ?? Number(spec.labels["context"] ?? 4096);

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
