import type Docker from "dockerode";

/** Said in the log by whoever stands before the gate. */
export const AT_GATE = "waiting at the gate";

/** The image with a gate before its server: one that is to load `large.gguf` waits until it is sent USR1. */
export interface GatedImage {
  readonly image: string;
  remove(): Promise<void>;
}

const SCRIPT = [
  "trap 'open=1' USR1",
  `case "$*" in *large*) echo ${AT_GATE}; until [ "$open" ]; do busybox sleep 0.05; done;; esac`,
  'exec /usr/bin/llama-server "$@"',
].join("\n");

export async function gatedImage(docker: Docker, image: string): Promise<GatedImage> {
  const [repo, tag] = ["local/modeldeck-gated", String(process.pid)];
  const made = await docker.createContainer({ Image: image });
  const entry = ["/bin/busybox", "sh", "-c", SCRIPT, "llama-server"];
  try {
    await made.commit({ repo, tag, changes: `ENTRYPOINT ${JSON.stringify(entry)}` });
  } finally {
    await made.remove();
  }
  return { image: `${repo}:${tag}`, remove: () => docker.getImage(`${repo}:${tag}`).remove({ force: true }) };
}
