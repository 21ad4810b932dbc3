import { parentPort, workerData } from "node:worker_threads";
import { parseRegistry } from "../registry/parse-registry.ts";
import { fault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { nodeFiles } from "./node-files.ts";
import { troubleOf } from "./registry/calls.ts";
import type { RegistryFileReply } from "./registry-file-messages.ts";

/** Less than 100 MB. */
const LIMIT = bytes(99_999_999);
/** In one message. */
const AT_ONCE = 1000;

const port = parentPort;
if (!port) throw new Error("a registry file is read in a worker");
const file = String(workerData);
const say = (reply: RegistryFileReply): void => port.postMessage(reply);

async function read(): Promise<void> {
  const text = await nodeFiles.readText(file, LIMIT);
  if (text === undefined) throw fault({ code: "notFound", what: "file", name: file });
  const parsed = parseRegistry(text);
  if (parsed.kind === "unfit") {
    const { problem, line } = parsed;
    throw fault({ code: "configInvalid", path: file, problem, ...(line !== undefined && { line }) });
  }
  for (let start = 0; start < parsed.entries.length; start += AT_ONCE)
    say({ kind: "entries", entries: parsed.entries.slice(start, start + AT_ONCE) });
  say({ kind: "end" });
}

read().catch((error: unknown) => say({ kind: "failed", trouble: troubleOf(error) }));
