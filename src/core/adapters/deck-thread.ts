import { Worker } from "node:worker_threads";
import type { DeckOptions, OpenDeck } from "../open-deck.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";
import { createEmitter } from "../util/events.ts";
import { reasonOf } from "../util/faults.ts";
import { type Scope, createScope } from "../util/scope.ts";
import { workerFile } from "./bundle-file.ts";
import { DEFAULT_NET } from "./choose-proxy.ts";
import { askStore } from "./crossing-secrets.ts";
import { createDeckCalls } from "./deck-calls.ts";
import { errorOf } from "./deck-failure.ts";
import { type DeckThreadData, type FromDeckThread, type ToDeckThread, plain } from "./deck-messages.ts";

/**
 * As `openDeck`, with all of it in a thread of its own: registry, queue, switches, plans, and the line between windows.
 * The loop of this one has a message a question and one a batch of events; what holds it does not hold the deck.
 * Rejects as `openDeck` does. Should the thread end by itself, what waits rejects with `ownerGone`, as after a kill.
 */
export async function openDeckInThread(options: DeckOptions): Promise<OpenDeck> {
  const worker = new Worker(workerFile("deck"), {
    name: "Model Deck",
    workerData: dataOf(options),
    // The host's own flags, as of its debugger, are not for the thread.
    execArgv: [],
  });
  const scope = createScope();
  const events = scope.use(createEmitter<DeckEvent>());
  const closing = new AbortController();
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<Error>();
  const say = (message: ToDeckThread): void => worker.postMessage(message, []);
  const calls = createDeckCalls(say, closing.signal);
  let owns = false;

  /** Nothing comes from the thread any more. */
  const end = (why: Error): void => {
    owns = false;
    scope.dispose();
    calls.end();
    opened.reject(why);
    closed.resolve();
    if (!closing.signal.aborted) broken.resolve(why);
  };
  const hear = (message: FromDeckThread): void => {
    switch (message.kind) {
      case "opened":
        owns = message.owns;
        return opened.resolve();
      case "failed":
        return opened.reject(errorOf(message.failure));
      case "answer":
        return calls.hear(message.id, message.answer);
      case "events":
        owns = message.owns;
        for (const event of message.events) events.fire(event);
        return undefined;
      case "askSecret":
        return void askStore(options.secrets, message.ask).then(
          (value) => say({ kind: "secret", id: message.id, value }),
          (error: unknown) => say({ kind: "noSecret", id: message.id, message: reasonOf(error) }),
        );
      case "log":
        return typeof options.log === "function"
          ? options.log(message.level, message.line)
          : options.log?.[message.level](message.line);
      case "closed":
        return message.failure ? closed.reject(errorOf(message.failure)) : closed.resolve();
    }
  };
  worker.on("message", hear);
  worker.on("messageerror", (error) => {
    end(error);
    // It would own the folder, with nobody to hear it.
    void worker.terminate();
  });
  worker.on("error", (error) => end(error instanceof Error ? error : new Error(reasonOf(error))));
  worker.on("exit", (code) => end(new Error(`the thread of the deck ended with ${code}`)));
  tellChanges(options, say, scope);
  closed.promise.catch(() => undefined);

  const close = async (): Promise<void> => {
    closing.abort();
    say({ kind: "close" });
    try {
      await closed.promise;
    } finally {
      scope.dispose();
      await worker.terminate();
    }
  };
  try {
    await opened.promise;
  } catch (error) {
    closing.abort();
    await worker.terminate();
    throw error;
  }
  let closeOnce: Promise<void> | undefined;
  return {
    run: async (verb, args, signal) => {
      const answer = await calls.ask({ kind: "run", verb, args }, signal);
      return answer.kind === "done" ? answer.value : undefined;
    },
    snapshot: async () => {
      const answer = await calls.ask({ kind: "snapshot" }, undefined);
      if (answer.kind === "snapshot") return answer.snapshot;
      throw new Error("the deck gave no snapshot");
    },
    onEvent: events.event,
    owns: () => owns,
    broken: broken.promise,
    close: () => (closeOnce ??= close()),
  };
}

/** Those options that cross as they are. */
function dataOf(options: DeckOptions): DeckThreadData {
  const { secrets, network, log: _log, onSecretChanged: _secret, onNetworkChanged: _network, ...others } = options;
  return plain({ ...others, network: network?.() ?? DEFAULT_NET, keepsSecrets: secrets !== undefined });
}

/** What the thread cannot look up by itself. */
function tellChanges(
  { network, onNetworkChanged, onSecretChanged }: DeckOptions,
  say: (message: ToDeckThread) => void,
  scope: Scope,
): void {
  if (onSecretChanged) scope.use(onSecretChanged((name) => say({ kind: "secretChanged", name })));
  if (network && onNetworkChanged)
    scope.use(onNetworkChanged(() => say({ kind: "network", network: plain(network()) })));
}
