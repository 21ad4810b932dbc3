import { createOutput } from "./output.ts";
import { runTerminal } from "./run.ts";

/** What the core asks of its Node. */
const OLDEST_NODE = 22;

async function main(): Promise<void> {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    process.stderr.write(`Model Deck needs Node ${OLDEST_NODE} or later; this is ${process.versions.node}.\n`);
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  const ask = (): void => {
    // Asked twice: now.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ask);
  // Whoever read us has gone, as `head` does.
  process.stdout.on("error", () => stop.abort());
  const { argv, env, stdout, stderr } = process;
  process.exitCode = await runTerminal({
    words: argv.slice(2),
    env,
    output: createOutput(stdout, stderr),
    signal: stop.signal,
  });
}

void main();
