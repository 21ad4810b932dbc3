import type { OpenDeck } from "../core/open-deck.ts";
import { toTrouble } from "../core/present/trouble.ts";
import type { Trouble } from "../core/protocol/downloads.ts";
import { complaint } from "../core/terminal/complaint.ts";
import { failedAnswer } from "../core/terminal/failed-answer.ts";
import { type Command, USAGE, type Where, parseCommand } from "../core/terminal/parse-command.ts";
import { statusText } from "../core/terminal/queue-lines.ts";
import { type FaultCode, isCancelled, isFault } from "../core/util/faults.ts";
import { clear, downloadsOf, statusOf } from "./ask.ts";
import { environmentSecrets, packageVersion, settingValues, storageOf } from "./environment.ts";
import { fromHere } from "./from-here.ts";
import type { Output } from "./output.ts";
import { type RunEnd, runQueue } from "./queue-run.ts";
import { withTaskEnd } from "./task-end.ts";

/** What a shell sees: 0 all is done, 1 something failed, 2 not understood, 130 stopped. */
export type ExitCode = 0 | 1 | 2 | 130;

export interface Terminal {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Aborts where the person stops it. */
  readonly signal: AbortSignal;
}

export async function runTerminal(terminal: Terminal): Promise<ExitCode> {
  const { output, signal } = terminal;
  const command = parseCommand(terminal.words);
  try {
    return await perform(command, terminal);
  } catch (error) {
    if (isCancelled(error, signal)) return 130;
    output.complain(complaint(toTrouble(error), terminal.words.includes("--json")));
    return isFault(error, "badArguments") || isFault(error, "unknownVerb") ? 2 : 1;
  }
}

async function perform(command: Command, terminal: Terminal): Promise<ExitCode> {
  const { output, signal } = terminal;
  switch (command.kind) {
    case "help":
      return command.verb === undefined ? say(output, USAGE.trimEnd()) : helpOf(command.verb, terminal);
    case "version":
      return say(output, packageVersion());
    case "wrong":
      return refuse(terminal, "badArguments", command.problem, USAGE);
    case "queueRun":
      return withDeck(terminal, command.where, false, async (deck) => {
        const end = await runQueue(deck, output, command.stay, signal);
        output.line(endWords(end, deck.owns()));
        return end.kind === "stopped" ? 130 : end.failed + end.left > 0 ? 1 : 0;
      });
    case "queueStatus":
      return withDeck(terminal, command.where, true, async (deck) => {
        const [downloads, status] = [await downloadsOf(deck, signal), await statusOf(deck, signal)];
        output.line(
          command.json ? JSON.stringify({ status: status ?? null, downloads }) : statusText(downloads, status),
        );
        return 0;
      });
    case "queueClear":
      return withDeck(terminal, command.where, true, async (deck) => {
        const cleared = await clear(deck, command.state, signal);
        output.line(cleared === 1 ? "1 download left the list." : `${cleared} downloads left the list.`);
        return 0;
      });
    case "verb": {
      // The table of all verbs, a bundle of its own.
      const { verbArguments, verbHelp } = await import("../core/terminal/verb-arguments.ts");
      const read = verbArguments(command.verb, command.words);
      if (read.kind === "wrong") return refuse(terminal, read.code, read.problem, verbHelp(command.verb) ?? USAGE);
      return withDeck(terminal, command.where, true, async (deck) => {
        const answer = await withTaskEnd(deck, await deck.run(command.verb, fromHere(read.args), signal), signal);
        output.line(command.json ? JSON.stringify(answer) : JSON.stringify(answer, null, 2));
        return failedAnswer(command.verb, answer) ? 1 : 0;
      });
    }
  }
}

function say(output: Output, text: string): ExitCode {
  output.line(text);
  return 0;
}

async function helpOf(verb: string, terminal: Terminal): Promise<ExitCode> {
  const { verbArguments, verbHelp } = await import("../core/terminal/verb-arguments.ts");
  const help = verbHelp(verb);
  if (help !== undefined) return say(terminal.output, help);
  const read = verbArguments(verb, []);
  return refuse(terminal, "unknownVerb", read.kind === "wrong" ? read.problem : `There is no “${verb}”.`, USAGE);
}

/** @param usage what would have been understood */
function refuse({ words, output }: Terminal, code: FaultCode, message: string, usage: string): ExitCode {
  const json = words.includes("--json");
  const told = complaint({ code, message, facts: {} }, json);
  output.complain(json ? told : `${told}\n\n${usage.trimEnd()}`);
  return 2;
}

/** @param holds nothing is downloaded for a question's sake */
async function withDeck(
  { words, env, output, signal }: Terminal,
  where: Where,
  holds: boolean,
  deed: (deck: OpenDeck) => Promise<ExitCode>,
): Promise<ExitCode> {
  const storage = storageOf(where, env);
  const { values: settings, named } = await settingValues(where, storage);
  const { settingsTold } = await import("./settings-told.ts");
  const json = words.includes("--json");
  const tell = (trouble: Trouble): void => output.complain(json ? complaint(trouble, json) : trouble.message);
  for (const message of settingsTold(settings, named, storage)) tell({ code: "configInvalid", message, facts: {} });
  const { openDeck } = await import("../core/open-deck.ts");
  signal.throwIfAborted();
  const deck = await openDeck({
    storage,
    settings,
    secrets: environmentSecrets(env),
    version: packageVersion(),
    holdsDownloads: holds,
    ...(where.verbose && { log: (level, line) => output.complain(`${level} ${line}`) }),
  });
  const notices = deck.onEvent((event) => {
    if (event.kind === "notice") tell(event.notice);
  });
  try {
    return await deed(deck);
  } finally {
    notices.dispose();
    await deck.close();
  }
}

function endWords(end: RunEnd, owns: boolean): string {
  if (end.kind === "stopped")
    return owns
      ? "Stopped. What was fetched is kept; go on with: modeldeck queue run"
      : "The downloads go on in the window that has the registry.";
  const { done, failed, left } = end;
  if (done + failed + left === 0) return "Nothing waits.";
  return [
    `${done} done`,
    ...(failed > 0 ? [`${failed} failed; once mended: modeldeck tasks.retry --ids <id>`] : []),
    ...(left > 0 ? [`${left} paused; go on with: modeldeck downloads.resume --all`] : []),
  ].join(", ");
}
