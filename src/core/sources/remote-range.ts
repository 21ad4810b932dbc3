import { openSource } from "../downloads/open-source.ts";
import type { TransferJob } from "../downloads/transfers.ts";
import type { Http, HttpResponse } from "../ports/http.ts";
import type { RemoteFile, RemoteFiles } from "../ports/remote-files.ts";
import { fault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { fileAddress } from "./hub-faults.ts";

export interface RemoteRangeDeps {
  readonly http: Http;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: () => Promise<string | undefined>;
}

/** Redirects, tokens and refusals as a download has them. A hub that sends the whole is heard to the end of the range. */
export function createRemoteFiles({ http, endpoint, token }: RemoteRangeDeps): RemoteFiles {
  return {
    range: async (file, offset, length, signal) => {
      const end = Math.min(offset + length, file.sizeBytes);
      if (end <= offset) return new Uint8Array();
      const { response, host } = await open({ http, endpoint, token }, file, `bytes=${offset}-${end - 1}`, signal);
      if (response.status === 416) {
        response.discard();
        return new Uint8Array();
      }
      if (response.status === 206 && !response.header("content-range")?.startsWith(`bytes ${offset}-`)) {
        response.discard();
        throw fault({ code: "network", host, reason: "it sends another part than the one that was asked for" });
      }
      const skip = response.status === 200 ? offset : 0;
      return take(response, skip, end - offset);
    },
  };
}

async function open(
  { http, endpoint, token }: RemoteRangeDeps,
  file: RemoteFile,
  range: string,
  signal: AbortSignal,
): ReturnType<typeof answered> {
  const secret = await token();
  const job: TransferJob = {
    url: fileAddress(endpoint, file.repository, file.commit, file.path),
    endpoint,
    repository: file.repository,
    commit: file.commit,
    file: file.path,
    ...(secret !== undefined && { token: secret }),
    root: "",
    target: "",
    sizeBytes: file.sizeBytes,
    provider: "huggingface",
    connections: 1,
    allowPrivateHosts: false,
    force: false,
    reserveBytes: bytes(0),
  };
  return answered(await openSource(http, job, { range, "accept-encoding": "identity" }, signal));
}

async function answered(source: Awaited<ReturnType<typeof openSource>>) {
  if ("fault" in source) throw fault(source.fault);
  return source;
}

async function take(response: HttpResponse, skip: number, length: number): Promise<Uint8Array> {
  const taken = new Uint8Array(length);
  let at = -skip;
  for await (const chunk of response.body()) {
    const from = Math.max(0, -at);
    if (from < chunk.length) {
      const part = chunk.subarray(from, from + length - Math.max(0, at));
      taken.set(part, Math.max(0, at));
    }
    at += chunk.length;
    if (at >= length) break;
  }
  return taken.subarray(0, Math.max(0, Math.min(at, length)));
}
