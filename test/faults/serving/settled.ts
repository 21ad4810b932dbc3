import { setTimeout as sleep } from "node:timers/promises";
import type { ServingStatus } from "../../../src/core/protocol/serving.ts";
import type { TestWindow } from "../../core/owner/windows.ts";

export type Server = ServingStatus["servers"][number];

/** The one server, once no switch is under way. @param look sees each one that is told on the way */
export async function settled(
  window: TestWindow,
  look: (server: Server) => Promise<void> = async () => {},
): Promise<Server> {
  for (;;) {
    const { servers, switching } = await window.run<ServingStatus>("serving.status", { settled: true });
    const [server] = servers;
    if (server) await look(server);
    if (server && !switching && ["ready", "failed"].includes(server.state)) return server;
    await sleep(20);
  }
}
