/**
 * One window's deck, in a thread as the extension has it, in a process of its own:  node window.ts <options as JSON>
 * Takes one JSON request a line: { id, verb, args } | { id, abort } | { id, snapshot } | { id, close }.
 * Prints one JSON message a line: { ready } | { failed } | { log } | { event } | { secret } | { id, value } | { id, error }.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openDeckInThread } from "../../../src/core/adapters/deck-thread.ts";
import { isFault } from "../../../src/core/util/faults.ts";

interface Options {
  readonly storage: string;
  readonly settings: Record<string, unknown>;
  readonly version?: string;
  readonly secrets: Record<string, string>;
}

interface Request {
  readonly id: number;
  readonly verb: string;
  readonly args?: unknown;
  readonly abort?: number;
  readonly snapshot?: true;
  readonly close?: true;
}

const options = JSON.parse(process.argv[2] ?? "{}") as Options;
const say = (message: object): void => void writeSync(1, `${JSON.stringify(message)}\n`);
const told = (error: unknown): object =>
  isFault(error)
    ? { code: error.code, message: error.message, fault: error.fault }
    : { code: error instanceof Error ? error.name : "?", message: String(error) };

try {
  const deck = await openDeckInThread({
    ...options,
    secrets: {
      get: async (name) => {
        say({ secret: name });
        return options.secrets[name];
      },
      set: async () => {},
      delete: async () => {},
    },
    log: (level, line) => say({ log: `${level} ${line}` }),
  });
  deck.onEvent((event) => say({ event }));
  const running = new Map<number, AbortController>();
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, verb, args, abort, snapshot, close } = JSON.parse(line) as Request;
    if (abort !== undefined) return running.get(abort)?.abort();
    const stop = new AbortController();
    running.set(id, stop);
    const deed = snapshot ? deck.snapshot() : close ? deck.close() : deck.run(verb, args, stop.signal);
    void deed.then(
      (value) => say({ id, value }),
      (error: unknown) => say({ id, error: told(error) }),
    );
  });
  process.stdin.on("end", () => void deck.close().then(() => process.exit(0)));
  say({ ready: process.pid });
} catch (error) {
  say({ failed: told(error) });
}
