// A scripted stand-in for llama-server, for machines that can have no real one. It loads nothing and computes nothing:
// it takes a while, says it is ready, and answers with the text that a tiny model's description tells.
import { readFileSync } from "node:fs";
import http from "node:http";
import { parseArgs } from "node:util";
import { TELLS } from "../support/tiny-gguf.ts";

const { values } = parseArgs({
  strict: false,
  options: {
    model: { type: "string", short: "m" },
    "ctx-size": { type: "string", short: "c" },
    host: { type: "string" },
    port: { type: "string" },
    alias: { type: "string", short: "a" },
    version: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
const BUILD = "scripted stand-in, no model runs here";
if (values["version"] === true || values["help"] === true) {
  console.log(`version: 0 (${BUILD})`);
  process.exit(0);
}
const text = (name: string): string | undefined => (typeof values[name] === "string" ? values[name] : undefined);
const model = text("model") ?? "";
const started = performance.now();
const log = (level: string, line: string): void =>
  console.error(`${((performance.now() - started) / 1000).toFixed(3)} ${level} ${line}`);

function replyOf(file: string): string {
  const head = readFileSync(file).subarray(0, 1 << 20);
  if (head.toString("latin1", 0, 4) !== "GGUF")
    throw new Error(`invalid magic characters: '${head.toString("latin1", 0, 4)}', expected 'GGUF'`);
  const at = head.indexOf(TELLS);
  if (at < 0) return "I am a scripted stand-in, and this model does not tell what it would say.";
  // The string's length, an unsigned 64-bit number, stands before it.
  const length = Number(head.readBigUInt64LE(at - 8));
  return head.toString("utf8", at + TELLS.length, at + length);
}

let reply: string;
try {
  log("I", `${BUILD}: reading '${model}'`);
  reply = replyOf(model);
} catch (error) {
  log("E", `error loading model: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

let ready = false;
const props = {
  default_generation_settings: { n_ctx: Number(text("ctx-size") ?? 4096) },
  total_slots: 1,
  model_path: model,
  model_alias: text("alias"),
  build_info: BUILD,
  modalities: { vision: false, audio: false },
};
const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content: reply } };
const answers: Readonly<Record<string, object>> = {
  "/health": { status: "ok" },
  "/props": props,
  "/v1/models": {
    object: "list",
    data: [{ id: text("alias") ?? model, object: "model", owned_by: "scripted stand-in" }],
  },
  "/v1/chat/completions": { object: "chat.completion", model: text("alias") ?? model, choices: [choice] },
};
const server = http.createServer((request, response) => {
  const send = (status: number, body: object): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (!ready) return send(503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } });
  const answer = answers[(request.url ?? "/").split("?", 1)[0] ?? "/"];
  return answer
    ? send(200, answer)
    : send(404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } });
});
server.on("error", (error) => {
  log("E", `couldn't bind HTTP server socket: ${error.message}`);
  process.exit(1);
});
server.listen(Number(text("port") ?? 8080), text("host") ?? "127.0.0.1", () => {
  setTimeout(() => {
    ready = true;
    log("I", "model loaded (not really: this is a stand-in)");
    log("I", `listening on http://127.0.0.1:${text("port") ?? 8080}`);
  }, 1500);
});
process.on("SIGTERM", () => process.exit(0));
