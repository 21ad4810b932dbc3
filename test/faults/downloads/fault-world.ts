import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { TransferJob } from "../../../src/core/downloads/transfers.ts";
import { parseSha256 } from "../../../src/core/util/ids.ts";
import { namesBelow, read, sha256Of } from "../../core/downloads/support.ts";
import { type FaultServer, type FaultServerOptions, startFaultServer } from "../../support/fault-server.ts";

/** One file of a link's address, and where it shall go. */
export interface FaultWorld {
  readonly server: FaultServer;
  readonly out: string;
  readonly target: string;
  job(more?: Partial<TransferJob>): TransferJob;
  /** The file as it is under its final name. */
  arrived(): Promise<boolean>;
  names(): Promise<readonly string[]>;
  close(): Promise<void>;
}

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
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
