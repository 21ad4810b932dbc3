import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { TransferJob } from "../../../src/core/downloads/transfers.ts";
import { parseSha256 } from "../../../src/core/util/ids.ts";
import { namesBelow, read, sha256Of } from "../../core/downloads/support.ts";
import { type FaultServer, type FaultServerOptions, startFaultServer } from "../../support/fault-server.ts";

type Part = readonly [from: number, end: number];

/** One file of a link's address, and where it shall go. */
export interface FaultWorld {
  readonly server: FaultServer;
  readonly out: string;
  readonly target: string;
  job(more?: Partial<TransferJob>): TransferJob;
  /** The file as it is under its final name. */
  arrived(): Promise<boolean>;
  names(): Promise<readonly string[]>;
  /** The parts of it that are on the disk, as its record says; none where there is no record. */
  recorded(): Promise<readonly Part[]>;
  /** Bytes of these parts that were asked for. */
  askedOf(parts: readonly Part[]): number;
  close(): Promise<void>;
}

export const lengthOf = (parts: readonly Part[]): number => parts.reduce((sum, [from, end]) => sum + end - from, 0);

export async function faultWorld(options: FaultServerOptions): Promise<FaultWorld> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-faults-"));
  const server = await startFaultServer(options);
  const out = path.join(folder, "out");
  const target = path.join(out, "model.gguf");
  const sha256 = parseSha256(sha256Of(options.content));
  return {
    server,
    out,
    target,
    job: (more = {}) => ({
      provider: "huggingface",
      connections: 8,
      allowPrivateHosts: false,
      url: `${server.url}/model.gguf`,
      endpoint: server.url,
      repository: "owner/model",
      commit: "c0ffee",
      file: "model.gguf",
      root: out,
      target,
      sizeBytes: options.content.length,
      ...(sha256 && { sha256 }),
      force: false,
      reserveBytes: 0,
      ...more,
    }),
    arrived: async () => sha256Of(await read(target)) === sha256,
    names: () => namesBelow(out),
    recorded: async () => {
      const text = await readFile(`${target}.partial.json`, "utf8").catch(() => "{}");
      return (JSON.parse(text) as { readonly synced?: readonly Part[] }).synced ?? [];
    },
    askedOf: (parts) =>
      parts
        .flatMap(([from, end]) =>
          server.asked.map((asked) => Math.max(0, Math.min(end, asked.end) - Math.max(from, asked.from))),
        )
        .reduce((sum, count) => sum + count, 0),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
