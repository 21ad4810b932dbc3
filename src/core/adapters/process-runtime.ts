import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { ProcessSpec, Runtime, RuntimeProbe, ServerExit, ServerSpec } from "../ports/runtime.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { argumentsMark } from "./find-started.ts";
import { findBinary } from "./find-binary.ts";
import { askHelp, buildOf } from "./process-help.ts";
import { portHolder, portTaken } from "./loopback-port.ts";
import { startMark } from "./process-identity.ts";
import { type ProcessRecord, processRecords } from "./process-records.ts";
import { processServer } from "./process-server.ts";
import { recordOrphans } from "./record-orphans.ts";
import { spawnServer } from "./spawn-server.ts";

/**
 * Servers as processes of this machine, each at the head of its own group, so that they outlive the window.
 * @param fence asked right before each deed, as whoever was frozen on the way to it may wake up late; throws then
 */
export function createProcessRuntime({
  storage,
  fence = () => undefined,
}: {
  readonly storage: string;
  readonly fence?: () => void;
}): Runtime {
  const records = processRecords(path.join(storage, "servers"));
  const logs = path.join(storage, "logs/servers");
  const probes = new Map<string, Promise<RuntimeProbe>>();
  /** Of those that this run started. */
  const exits = new Map<string, Promise<ServerExit>>();

  /** Their intents are written, and what became of them is not yet. */
  const starting = new Set<string>();
  const isRunning = async ({ pid, mark }: ProcessRecord): Promise<boolean> => (await startMark(pid)) === mark;
  const runtime: Runtime = {
    kind: "process",
    probe: async (program, signal) => {
      const found = await findBinary(program);
      signal.throwIfAborted();
      if (found === undefined) return { available: false, fault: { code: "notFound", what: "program", name: program } };
      const key = await buildOf(found);
      const probe = probes.get(key) ?? askVersion(found);
      probes.set(key, probe);
      return probe;
    },
    build: async (program, signal) => {
      const found = await findBinary(program);
      signal.throwIfAborted();
      return found === undefined ? undefined : buildOf(found);
    },
    help: async (program, signal) => {
      const found = await findBinary(program);
      signal.throwIfAborted();
      if (found === undefined) throw fault({ code: "notFound", what: "program", name: program });
      return askHelp(found, signal);
    },
    check: async (spec, freed, signal) => {
      await binaryOf(spec);
      if (spec.hostPort !== freed) await requirePort(spec.hostPort);
      signal.throwIfAborted();
    },
    create: async (spec, signal) => {
      await binaryOf(spec);
      signal.throwIfAborted();
      return { create: millis(0), start: (later) => runtime.start(spec, later), remove: async () => undefined };
    },
    start: async (given, signal) => {
      const began = performance.now();
      const spec = await binaryOf(given);
      await requirePort(spec.hostPort);
      signal.throwIfAborted();
      const token = randomUUID();
      const id = `${spec.group}-${token.slice(0, 8)}`;
      const log = path.join(logs, `${id}.log`);
      const inUse = new Set([...(await records.read()), ...(await records.intents())].map((record) => record.log));
      const known = { id, port: spec.hostPort, labels: spec.labels, log, startedAt: Date.now() };
      starting.add(id);
      let pid: number;
      let exit: Promise<ServerExit>;
      try {
        fence();
        // Before the deed: who is killed right after it leaves a server that can be found.
        await records.write({ ...known, token, starter: process.pid, mark: argumentsMark(spec.args) });
        ({ pid, exit } = await spawnServer(spec, token, log, inUse, fence));
      } catch (error) {
        await records.remove(id).catch(() => undefined);
        starting.delete(id);
        throw error;
      }
      exits.set(id, exit);
      // One that is gone already has no mark, and is no one's.
      const mark = (await startMark(pid)) ?? "gone";
      const record = { ...known, pid, mark };
      try {
        // What no record tells of nobody else can have taken over.
        fence();
        await records.write(record);
        signal.throwIfAborted();
      } catch (error) {
        await processServer(record, true, records, exit).stop(millis(0), AbortSignal.timeout(10_000));
        throw error;
      } finally {
        starting.delete(id);
      }
      const server = processServer(record, true, records, exit, fence);
      return { server, create: millis(0), start: millis(performance.now() - began) };
    },
    list: async (signal) => {
      await recordOrphans(records, starting, fence);
      const found = await records.read();
      signal.throwIfAborted();
      return Promise.all(
        found.map(async (record) =>
          processServer(record, await isRunning(record), records, exits.get(record.id), fence),
        ),
      );
    },
  };
  return runtime;
}

const binaryOf = async (spec: ServerSpec): Promise<ProcessSpec & { readonly found: string }> => {
  if (spec.kind !== "process") throw new TypeError("a process runtime runs no container");
  const found = await findBinary(spec.binary);
  if (found === undefined) throw fault({ code: "notFound", what: "program", name: spec.binary });
  return { ...spec, found };
};

const requirePort = async (port: number): Promise<void> => {
  if (!(await portTaken(port))) return;
  const holder = await portHolder(port);
  throw fault({ code: "portInUse", port, ...(holder === undefined ? {} : { holder }) });
};

const askVersion = (binary: string): Promise<RuntimeProbe> =>
  new Promise((resolve) => {
    execFile(binary, ["--version"], { timeout: 20_000, windowsHide: true }, (error, stdout, stderr) => {
      const said = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
      const version = said.map((line) => /^version:\s*(.+)/.exec(line)?.[1]).find((found) => found !== undefined);
      if (!error) return resolve({ available: true, version: version ?? said[0] ?? "", address: binary });
      const reason = said.at(-1) ?? reasonOf(error);
      const exitCode = typeof error.code === "number" ? error.code : null;
      resolve({ available: false, fault: { code: "serverExited", server: binary, exitCode, reason, logTail: said } });
    });
  });
