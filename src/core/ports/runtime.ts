import type { Bytes, Millis } from "../util/ids.ts";
import type { Fault } from "../util/faults.ts";

/**
 * Where servers run: a container engine, or this machine's own processes. It answers for the servers that were started
 * from this data folder, and never touches another's.
 */
export interface Runtime {
  readonly kind: RuntimeKind;
  /** Whether its servers would run on another machine, as far as that is known without asking. Absent: never. */
  elsewhere?(): boolean;
  /** Looks anew. @param program the image, or the binary's name or path */
  probe(program: string, signal: AbortSignal): Promise<RuntimeProbe>;
  /**
   * Tells when what runs the servers goes and when it is back, each once; resolves with the signal, or at once where
   * there is nothing to watch. Absent where it cannot go. Before it was there for the first time it is looked for a
   * minute long, and after each sign of it. @param sought resolves once it is ever so often; left out: from the start.
   * Until then it is taken to be away, so that one that is there is told, too
   */
  watch?(onState: (state: RuntimeProbe) => void, signal: AbortSignal, sought?: Promise<void>): Promise<void>;
  /** What the program is, in one word that changes with it: an image's digest, a binary's place, size and time; undefined: it is not there. */
  build(program: string, signal: AbortSignal): Promise<string | undefined>;
  /** What it prints for `--help`, with nothing of ours at hand to it; gives up after a while, with `timeout`. */
  help(program: string, signal: AbortSignal): Promise<string>;
  /**
   * Throws what would keep the server from starting: `engineUnreachable`, `imageMissing`, `notFound` (program),
   * `portInUse`, `engineElsewhere`, `notOnEngine`. @param freed a port that will be free by then, as its holder is about to be stopped
   */
  check(spec: ServerSpec, freed: number | undefined, signal: AbortSignal): Promise<void>;
  /** The spec in the words of the machine it runs on: its paths, its address, its GPUs, its user, what its image sets. Absent where that is always this one. */
  placed?(spec: ServerSpec, signal: AbortSignal): Promise<ServerSpec>;
  /**
   * Makes it without starting it: it holds no port and no memory yet, and `list` tells it as one that does not run.
   * Throws as `check` does, but for the port.
   */
  create(spec: ServerSpec, signal: AbortSignal): Promise<CreatedServer>;
  /** Both at once. Throws as `check` does; whatever it throws, nothing of the server is left. */
  start(spec: ServerSpec, signal: AbortSignal): Promise<Started>;
  /** Ours, those that ended too, in no order; none of an engine that is away. Those of engines that were chosen before, too. */
  list(signal: AbortSignal): Promise<readonly RunningServer[]>;
}

/** A server that was made, and waits. Whatever `start` throws, nothing of it is left. */
export interface CreatedServer {
  readonly create: Millis;
  start(signal: AbortSignal): Promise<Started>;
  /** For one that is not to be started after all. */
  remove(): Promise<void>;
}

export type RuntimeKind = "container" | "process";

export type RuntimeProbe =
  | {
      readonly available: true;
      readonly version: string;
      readonly address: string;
      /** The machine it runs on; absent: this one. */
      readonly host?: string | undefined;
    }
  | { readonly available: false; readonly fault: Fault };

export interface Started {
  readonly server: RunningServer;
  /** How long it took to make it; 0 where there is nothing to make. */
  readonly create: Millis;
  readonly start: Millis;
}

/** A server that was started; it outlives whoever holds this. */
export interface RunningServer {
  readonly id: string;
  readonly kind: RuntimeKind;
  /** `http://127.0.0.1:PORT`; of one on another machine, with an address of that. */
  readonly url: string;
  /** The machine it runs on; absent: this one. */
  readonly host?: string | undefined;
  /** Address of its engine, where that is not the one that is chosen now. */
  readonly engine?: string | undefined;
  readonly port: number;
  /** As its spec gave them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** As it was when this was handed out. */
  readonly running: boolean;
  /** Asks it to end, ends it after the grace, and waits until it verifiably runs no more; what is left of it stays. */
  end(grace: Millis, signal: AbortSignal): Promise<void>;
  /** `end`, and takes away what is left of it. Idempotent: one that is gone counts as stopped. */
  stop(grace: Millis, signal: AbortSignal): Promise<void>;
  /** Resolves when it has ended, at once where it had; waits through an engine that is away for a while. */
  exited(signal: AbortSignal): Promise<ServerExit>;
  /**
   * Its log, line by line, in batches; lines are cut at 64 kB. Resolves once it has ended and all was delivered, or
   * the signal was aborted. @param from `tail`: some hundred lines back from now
   */
  follow(from: "start" | "tail", onLines: (lines: readonly string[]) => void, signal: AbortSignal): Promise<void>;
  /** Resident now, mapped files included; undefined where that cannot be told. */
  memory(signal: AbortSignal): Promise<Bytes | undefined>;
  /**
   * What comes free when it ends, of what a machine does not count as free already, as Linux does mapped files. Absent
   * where that is all of `memory`.
   */
  releases?(signal: AbortSignal): Promise<Bytes | undefined>;
  /** Share of the load that is done, from 0 to 1, where it tells; undefined before it has told. */
  loaded?(): number | undefined;
  /** Numbers of its processes as this machine counts them; empty where that cannot be told. */
  processes(signal: AbortSignal): Promise<readonly number[]>;
  /** Of a processor, since it started, where its processes are not counted here; undefined where nobody tells. */
  cpuSeconds?(signal: AbortSignal): Promise<number | undefined>;
}

export interface ServerExit {
  /** 128 + n after signal n; null where no one knows. */
  readonly code: number | null;
  /** Whether the machine, or its memory limit, killed it; undefined where no one knows. */
  readonly oomKilled: boolean | undefined;
}

/** What to run, as a value that can be printed and compared. */
export type ServerSpec = ContainerSpec | ProcessSpec;

interface SpecBase {
  /** Used in names: `a-z0-9_-`. */
  readonly group: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** On 127.0.0.1, or where it is published. */
  readonly hostPort: number;
  /** Kept with the server, and given back by `list`. */
  readonly labels: Readonly<Record<string, string>>;
  /** It is one of several models of a server that stays up: `args` are the model's own. Absent: a server by itself. */
  readonly router?: RouterPart | undefined;
}

/** A model's place in a server that loads and unloads several. */
export interface RouterPart {
  /** Of that server, within its group: `a-z0-9_-`. */
  readonly name: string;
  /** What the server calls the model. */
  readonly model: string;
  /** The model's flags, without dashes, each with its value. */
  readonly preset: readonly (readonly [key: string, value: string])[];
  /** Of the server itself. */
  readonly args: readonly string[];
  /** What all of its models need; none for a process. */
  readonly mounts: readonly Mount[];
  /** Names these very files: where it changes, a container has to be another one. */
  readonly files: readonly string[];
}

export interface ContainerSpec extends SpecBase {
  readonly kind: "container";
  readonly image: string;
  /** Variables that the image may set itself, and the server must not get. */
  readonly without?: readonly string[] | undefined;
  readonly containerPort: number;
  /** The address of the engine's machine that its port is published at; absent: 127.0.0.1. */
  readonly publish?: string | undefined;
  readonly mounts: readonly Mount[];
  readonly workingFolder: string;
  readonly hardening: Hardening;
  readonly gpus: GpuRequest;
  /** Beside those of `gpus`. */
  readonly devices?: readonly DeviceUse[] | undefined;
  /** Of the container's user, beside its own: names or numbers. */
  readonly groups?: readonly string[] | undefined;
  /** What `gpus` comes to, as `placed` found it: for telling, as who starts it looks by itself. Absent: nobody looked. */
  readonly gpuAccess?: GpuAccess | undefined;
  /** Whom it would run as, `uid:gid`, as `placed` found it, for telling too. Absent: as its image says. */
  readonly user?: string | undefined;
}

export interface ProcessSpec extends SpecBase {
  readonly kind: "process";
  /** A path, or a name to look for on PATH. */
  readonly binary: string;
  readonly workingFolder: string;
  /** Absent: all there are. */
  readonly gpus?: GpuRequest;
}

/** One file, read-only. */
export interface Mount {
  /** Absolute, links resolved. */
  readonly source: string;
  readonly target: string;
  /** The source before links were resolved. */
  readonly named?: string | undefined;
  /** Of the source; absent where it does not matter. */
  readonly size?: Bytes | undefined;
}

/** A device file of the engine's machine. */
export interface DeviceUse {
  /** Absolute, below `/dev`; or a name of the Container Device Interface, the same as `target`. */
  readonly source: string;
  readonly target: string;
  /** Some of `rwm`. */
  readonly permissions: string;
}

/** On top of what always holds: no capabilities, no new privileges, an init, loopback ports. */
export interface Hardening {
  readonly readOnlyRoot: boolean;
  /** Writable folders in memory, with their size. */
  readonly temporary: Readonly<Record<string, Bytes>>;
  readonly processLimit: number;
}

/** How an engine hands GPUs to a container; `none` where it cannot. */
export type GpuAccess =
  | { readonly kind: "nvidia" }
  /** By the names of the Container Device Interface, as Podman does it. */
  | { readonly kind: "cdi" }
  /** AMD's and Intel's, by their device files. @see groups: numbers of those who may use them */
  | { readonly kind: "devices"; readonly paths: readonly string[]; readonly groups: readonly string[] }
  | { readonly kind: "none" };

/** `all`: what there is, which may be none. */
export type GpuRequest = "none" | "all" | { readonly uuids: readonly string[] };
