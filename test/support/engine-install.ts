import { type Available, unavailable } from "./available.ts";
import { onPath } from "./command.ts";
import { aptInstall, aptKnows, canInstall } from "./debian.ts";

/** Makes sure that dockerd is installed, which takes root on a Debian. */
export async function installDaemon(): Promise<Available<{ readonly dockerd: string }>> {
  const there = await onPath("dockerd");
  if (there !== undefined && process.getuid?.() !== 0) return unavailable("starting one takes root");
  if (there !== undefined && (await onPath("iptables")) !== undefined) return { ok: true, dockerd: there };
  const can = await canInstall();
  if (!can.ok) return can;
  const client = (await aptKnows("docker-cli")) ? ["docker-cli"] : [];
  const installed = await aptInstall(
    ["docker.io", "iptables", "iproute2", ...client],
    "tests and demo serve models in containers",
  );
  if (!installed.ok) return installed;
  const dockerd = await onPath("dockerd");
  return dockerd === undefined ? unavailable("docker.io brought no dockerd") : { ok: true, dockerd };
}
