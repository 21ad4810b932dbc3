import { readdir, realpath } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { type OwnerCard, ownerFile, ownerGenerations, parseCard } from "../owner/claim.ts";
import { type Build, type Hello, parseReply } from "../owner/handshake.ts";
import type { Meeting } from "../owner/meeting.ts";
import { BEAT, createPulse } from "../owner/pulse.ts";
import { fault } from "../util/faults.ts";
import { nodeClock } from "./node-clock.ts";
import { readOwnerFile } from "./owner-files.ts";
import { freshNonce, prove, proves, readOwnerKey } from "./owner-key.ts";
import { readLine } from "./owner-line-reader.ts";
import { codeOf } from "./registry/disk-faults.ts";

/** Looks who owns the folder and asks to follow. What lives and says nothing is waited for as long as a heartbeat. */
export async function callOwner(given: string, build: Build): Promise<Meeting> {
  const folder = await realpath(given);
  for (const generation of ownerGenerations(await readdir(folder))) {
    const record = await readOwnerFile(path.join(folder, ownerFile(generation)));
    const socket = record && (await connect(record.socket));
    if (socket === "full") return { kind: "silent", generation };
    if (!socket) continue;
    try {
      const meeting = await meet(folder, socket, build, generation);
      if (meeting.kind !== "line") socket.destroy();
      return meeting;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
  return { kind: "nobody" };
}

async function meet(folder: string, socket: net.Socket, build: Build, generation: number): Promise<Meeting> {
  const said = await patiently(socket);
  if (said.kind === "silent") return { kind: "silent", generation };
  const card = said.kind === "line" ? parseCard(said.line) : undefined;
  // It ended before it said who it is: as good as gone.
  if (!card) return { kind: "leaving" };
  if (card.nonce === "") return { kind: "refused", fault: skew(build, card) };

  const key = await readOwnerKey(folder);
  const nonce = freshNonce();
  const hello: Hello = { ...build, nonce, proof: prove(key, "window", card.nonce) };
  socket.write(`${JSON.stringify(hello)}\n`);
  const answer = await patiently(socket);
  if (answer.kind === "silent") return { kind: "silent", generation };
  const reply = answer.kind === "line" ? parseReply(answer.line) : undefined;
  if (!reply || reply.kind === "yields") return { kind: "leaving" };
  if (reply.kind === "refused" && reply.why === "skew") return { kind: "refused", fault: skew(build, card) };
  if (reply.kind === "refused" || !proves(reply.proof, key, "owner", nonce))
    return { kind: "refused", fault: { code: "locked", what: folder, pid: card.pid } };
  const { openOwnerLine } = await import("./owner-wire.ts");
  return { kind: "line", line: openOwnerLine(socket, card, reply.settings) };
}

const skew = (ours: Build, theirs: OwnerCard) =>
  fault({ code: "versionSkew", ours: ours.version || "?", theirs: theirs.version || "?", owner: theirs.pid }).fault;

type Said = { readonly kind: "line"; readonly line: string } | { readonly kind: "ended" | "silent" };

/** `silent`: it lives and says nothing for longer than a heart may stop. */
async function patiently(socket: net.Socket): Promise<Said> {
  const enough = new AbortController();
  const pulse = createPulse(nodeClock.now());
  let silent = false;
  const timer = setInterval(() => {
    if (pulse.beat(nodeClock.now()) === "alive") return;
    silent = true;
    enough.abort();
  }, BEAT);
  try {
    const line = await readLine(socket, enough.signal);
    if (line !== undefined) return { kind: "line", line };
    return { kind: silent ? "silent" : "ended" };
  } finally {
    clearInterval(timer);
  }
}

/** undefined where nobody listens; `full` where hundreds wait already, and nobody has been let in for long. */
function connect(socket: string): Promise<net.Socket | undefined | "full"> {
  return new Promise((resolve, reject) => {
    const connection = net.connect(socket);
    connection.once("connect", () => {
      connection.on("error", () => connection.destroy());
      resolve(connection);
    });
    connection.once("error", (error) => {
      if (["ECONNREFUSED", "ENOENT", "ENOTSOCK", "ENOTDIR"].includes(codeOf(error) ?? "")) resolve(undefined);
      else if (codeOf(error) === "EAGAIN") resolve("full");
      else reject(error);
    });
  });
}
