import type Docker from "dockerode";

export type ContainerEvent = "create" | "start" | "kill" | "die" | "destroy";

/** Once it listens: `happened` resolves when the engine tells that of a container of a data folder and profile. */
export async function engineTells(
  docker: Docker,
  storage: string,
  event: ContainerEvent,
  profile: string,
): Promise<{ readonly happened: Promise<void> }> {
  const filters = { event: [event], label: [`modeldeck.storage=${storage}`] };
  // The engine's answer begins before it listens itself: what happens in between it tells by the time.
  const stream: NodeJS.ReadableStream = await docker.getEvents({ filters, since: Date.now() / 1000 });
  const happened = new Promise<void>((resolve, reject) => {
    let text = "";
    stream.on("error", reject).on("data", (piece: Buffer) => {
      text += piece.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      if (!lines.some((line) => line.includes(`"modeldeck.profile":"${profile}"`))) return;
      stream.removeAllListeners().on("error", () => undefined);
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
      resolve();
    });
  });
  return { happened };
}
