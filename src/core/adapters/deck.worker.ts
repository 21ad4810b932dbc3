import { parentPort, workerData } from "node:worker_threads";
import type { OpenDeck } from "../open-deck.ts";
import type { Call } from "../owner/line.ts";
import { mergeEvents } from "../owner/merge-events.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";
import { createEmitter } from "../util/events.ts";
import { isCancelled } from "../util/faults.ts";
import { createRedactor } from "../util/redact.ts";
import { createCrossingSecrets } from "./crossing-secrets.ts";
import { failureOf, stackOf } from "./deck-failure.ts";
import {
  type DeckThreadData,
  type FromDeckThread,
  type ThreadAnswer,
  type ThreadFailure,
  type ToDeckThread,
  plain,
} from "./deck-messages.ts";

// The thread the whole deck lives in: the extension host's loop, which other extensions share, sees questions and
// answers alone.

if (parentPort) serve(parentPort, workerData);

function serve(port: NonNullable<typeof parentPort>, data: DeckThreadData): void {
  const { keepsSecrets, network, ...options } = data;
  const say = (message: FromDeckThread): void => port.postMessage(message);
  const redact = createRedactor();
  const secretChanged = createEmitter<string>();
  const secrets = createCrossingSecrets(
    (id, ask) => say({ kind: "askSecret", id, ask }),
    (secret) => redact.learn(secret),
  );
  const calls = new Map<number, AbortController>();
  const networkChanged = createEmitter<void>();
  let net = network;

  // As the extension host does: what nobody caught is told, and ends nobody else's work.
  const uncaught = (error: unknown): void =>
    say({ kind: "log", level: "error", line: redact(`Nobody caught this.\n${stackOf(error)}`) });
  process.on("uncaughtException", uncaught);
  process.on("unhandledRejection", uncaught);

  async function open(): Promise<OpenDeck | undefined> {
    try {
      // A bundle of its own, which the terminal's command uses as well.
      const { openDeck } = await import("../open-deck.ts");
      const deck = await openDeck({
        ...options,
        network: () => net,
        onNetworkChanged: networkChanged.event,
        log: (level, line) => say({ kind: "log", level, line }),
        ...(keepsSecrets && { secrets: secrets.store, onSecretChanged: secretChanged.event }),
      });
      tellEvents(deck, say);
      say({ kind: "opened", owns: deck.owns() });
      return deck;
    } catch (error) {
      say({ kind: "failed", failure: failureOf(error, redact) });
      return undefined;
    }
  }
  const opening = open();

  async function answerTo(call: Call, signal: AbortSignal): Promise<ThreadAnswer> {
    try {
      const deck = await opening;
      if (!deck) return { kind: "cancelled" };
      if (call.kind === "snapshot") return { kind: "snapshot", snapshot: await deck.snapshot() };
      return { kind: "done", value: await deck.run(call.verb, call.args, signal) };
    } catch (error) {
      return isCancelled(error, signal) ? { kind: "cancelled" } : failureOf(error, redact);
    }
  }
  async function answer(id: number, call: Call): Promise<void> {
    const stop = new AbortController();
    calls.set(id, stop);
    const told = await answerTo(call, stop.signal);
    calls.delete(id);
    try {
      say({ kind: "answer", id, answer: told });
    } catch {
      // What cannot cross goes as what JSON tells of it, as it does to other windows.
      say({ kind: "answer", id, answer: plain(told) });
    }
  }
  async function close(): Promise<void> {
    let failure: ThreadFailure | undefined;
    await (await opening)?.close().catch((error: unknown) => {
      failure = failureOf(error, redact);
    });
    say({ kind: "closed", failure });
  }

  port.on("message", (message: ToDeckThread) => {
    switch (message.kind) {
      case "call":
        return void answer(message.id, message.call);
      case "cancel":
        return calls.get(message.id)?.abort();
      case "secret":
        return secrets.hear(message.id, message.value);
      case "noSecret":
        return secrets.fail(message.id, message.message);
      case "secretChanged":
        return secretChanged.fire(message.name);
      case "network":
        net = message.network;
        return networkChanged.fire();
      case "close":
        return void close();
    }
  });
}

/** What happens in one turn is one message. */
function tellEvents(deck: OpenDeck, say: (message: FromDeckThread) => void): void {
  let batch: DeckEvent[] = [];
  const flush = (): void => {
    const events = mergeEvents(batch);
    batch = [];
    say({ kind: "events", events, owns: deck.owns() });
  };
  deck.onEvent((event) => {
    if (batch.length === 0) queueMicrotask(flush);
    batch.push(event);
  });
}
