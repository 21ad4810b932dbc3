import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Available, unavailable } from "./available.ts";
import { must, onPath, run } from "./command.ts";
import { type OwnEngine, startOwnEngine } from "./engine-daemon.ts";
import { freePort } from "./free-port.ts";

/** An engine behind TLS at an address that is not this machine's loopback name, as one on another machine has. */
export interface FarEngine {
  readonly own: OwnEngine;
  /** `tcp://ADDRESS:PORT` */
  readonly host: string;
  readonly address: string;
  /** With `ca.pem`, `cert.pem` and `key.pem`, as DOCKER_CERT_PATH names it. */
  readonly certificates: string;
  stop(): Promise<void>;
}

/**
 * The address is one that documents use, and lies on this machine's loopback device while the engine is there: nothing
 * leaves the machine. Its containers live on when it is killed, as they do behind a line that drops.
 */
export async function startFarEngine(root: string, subnet: number): Promise<Available<FarEngine>> {
  const address = `198.51.100.${subnet}`;
  if ((await onPath("openssl")) === undefined) return unavailable("there is no openssl to make certificates with");
  const added = await run("ip", ["addr", "add", `${address}/32`, "dev", "lo"]);
  if (added.code !== 0 && !/File exists|already assigned/.test(added.stderr))
    return unavailable(`the loopback device takes no second address: ${added.stderr.trim()}`);
  const leave = (): Promise<unknown> => run("ip", ["addr", "del", `${address}/32`, "dev", "lo"]);
  const certificates = path.join(root, "client");
  const port = await freePort();
  try {
    const server = await makeCertificates(root, certificates, address);
    const started = await startOwnEngine({
      root: path.join(root, "e"),
      subnet,
      more: [
        "--live-restore",
        "--tlsverify",
        `--tlscacert=${server}/ca.pem`,
        `--tlscert=${server}/cert.pem`,
        `--tlskey=${server}/key.pem`,
        "-H",
        `tcp://${address}:${port}`,
      ],
    });
    if (!started.ok) {
      await leave();
      return started;
    }
    const { own } = started;
    return {
      ok: true,
      own,
      host: `tcp://${address}:${port}`,
      address,
      certificates,
      stop: async () => {
        await own.stop();
        await leave();
        await rm(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** An authority, and what it signs for either side. @returns the folder of the server's */
async function makeCertificates(root: string, client: string, address: string): Promise<string> {
  const server = path.join(root, "server");
  for (const folder of [server, client]) await mkdir(folder, { recursive: true });
  const [authority, key] = [path.join(server, "ca.pem"), path.join(server, "ca-key.pem")];
  const openssl = (...args: readonly string[]): Promise<string> => must("openssl", args);
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl("req", "-x509", ...curve, "-keyout", key, "-out", authority, "-days", "2", "-subj", "/CN=authority");
  for (const [folder, name, extension] of [
    [server, "engine", `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`],
    [client, "client", "extendedKeyUsage=clientAuth\n"],
  ] as const) {
    const file = (one: string): string => path.join(folder, one);
    await openssl("req", ...curve, "-keyout", file("key.pem"), "-out", file("request"), "-subj", `/CN=${name}`);
    await writeFile(file("extension"), extension);
    const signed = ["-CA", authority, "-CAkey", key, "-CAcreateserial", "-days", "2", "-extfile", file("extension")];
    await openssl("x509", "-req", "-in", file("request"), ...signed, "-out", file("cert.pem"));
  }
  await openssl("x509", "-in", authority, "-out", path.join(client, "ca.pem"));
  return server;
}
