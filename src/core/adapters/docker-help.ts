import type Docker from "dockerode";
import { fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { createDemux } from "./docker-demux.ts";
import { STORAGE_LABEL } from "./docker-options.ts";

const PATIENCE = millis(30_000);

/**
 * What an image prints for `--help`, in a container that is gone right after: without a network, and with nothing of
 * this machine in it.
 */
export async function containerHelp(docker: Docker, image: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const overdue = AbortSignal.timeout(PATIENCE);
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["--help"],
    // The label of another data folder's servers would be taken for ours; this one is nobody's.
    Labels: { [STORAGE_LABEL]: "help" },
    HostConfig: {
      NetworkMode: "none",
      Init: true,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: 256,
      RestartPolicy: { Name: "no" },
    },
  });
  try {
    await container.start();
    await container.wait({ abortSignal: AbortSignal.any([signal, overdue]) });
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    const said = { out: "", error: "" };
    createDemux((stream, payload) => void (said[stream] += Buffer.from(payload).toString("utf8")))(log);
    return said.out.includes("--") ? said.out : `${said.out}\n${said.error}`;
  } catch (error) {
    signal.throwIfAborted();
    if (overdue.aborted) throw fault({ code: "timeout", what: `${image} --help`, waited: PATIENCE }, error);
    throw error;
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}
