import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { freePort } from "./free-port.ts";

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a llama-server on a free port of loopback. @throws Error with its last lines where it ends before it is ready */
export async function startLlamaServer(binary: string, args: readonly string[]): Promise<RunningServer> {
  const port = await freePort();
  const child = spawn(binary, [...args, "--host", "127.0.0.1", "--port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  // After its exit there may still be something of what it said to read.
  const ended = once(child, "close");
  let said = "";
  const listening = new Promise<void>((resolve) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-20_000);
      if (said.includes("listening on")) resolve();
    });
  });
  const first = await Promise.race([listening, ended]);
  if (first !== undefined)
    throw new Error(`llama-server ended with ${child.exitCode ?? child.signalCode ?? "nothing"}: ${said.slice(-600)}`);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

/** Puts a prompt to an OpenAI-compatible server, and gives its answer. @param model needed by one with several */
export async function ask(url: string, prompt: string, model?: string): Promise<string> {
  const answer = await post(`${url}/v1/chat/completions`, {
    ...(model !== undefined && { model }),
    messages: [{ role: "user", content: prompt }],
    max_tokens: 64,
  });
  const { choices } = JSON.parse(answer) as { choices?: { message: { content: string } }[] };
  const content = choices?.[0]?.message.content;
  if (content === undefined) throw new Error(`no answer: ${answer.slice(0, 300)}`);
  return content.trim();
}

// node:http, as the first fetch of a process hangs on a port that accepts and closes, which an engine's proxy does.
function post(url: string, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: "POST", headers: { "content-type": "application/json" }, agent: false, timeout: 180_000 },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(text));
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url}`)));
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}
