import * as vscode from "vscode";
import type { Disposable } from "../core/util/events.ts";
import { isVerbName } from "./ask.ts";
import { type CommandId, commandIds } from "./contributions.ts";
import { operationCommands } from "./contributions/maintenance-commands.ts";
import type { DeckLink } from "./deck-link.ts";
import type { LibraryShell } from "./library/shell.ts";
import type { LightCommandId } from "./light-handlers.ts";
import type { Part } from "./part.ts";
import type { ProfileShell } from "./profiles/shell.ts";
import type { Report } from "./report.ts";
import type { AnswerId, Arguments, Flows, Handler } from "./stage.ts";

interface Parts {
  readonly link: DeckLink;
  readonly report: Report;
  readonly light: Readonly<Record<LightCommandId, Handler>>;
  readonly flows: Part<Flows>;
  readonly library: LibraryShell;
  readonly profileDesk: ProfileShell;
  /** Ends with the window. */
  readonly signal: AbortSignal;
}

/** Secrets are the window's, and operations are made of several verbs, so that these are answered here. */
const answerIds: ReadonlySet<CommandId> = new Set<AnswerId>([
  ...operationCommands,
  "modelDeck.accounts.set",
  "modelDeck.accounts.remove",
]);
const isAnswerId = (id: CommandId): id is AnswerId => answerIds.has(id);

/** With an argument object these answer like an API; undefined: the command is no verb. */
function answerOf(id: CommandId, { link, flows, signal }: Parts): ((args: Arguments) => Promise<unknown>) | undefined {
  if (isAnswerId(id)) return async (args) => (await flows.get()).answer(id, args);
  const verb = id.slice("modelDeck.".length);
  return isVerbName(verb) ? (args) => link.run(verb, args, signal) : undefined;
}

const isArguments = (value: unknown): value is Arguments =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * Registers all of them. With an argument object a command runs without asking, resolves with the result and rejects
 * with an Error that has the fault's `code` and `facts`; without, it asks, and its errors are reported.
 */
export function registerCommands(parts: Parts): Disposable {
  const { report, light, flows, library, profileDesk } = parts;
  const isLight = (id: CommandId): id is LightCommandId => Object.hasOwn(light, id);
  const act = async (id: CommandId, args: readonly unknown[]): Promise<unknown> => {
    if (isLight(id)) return light[id](args);
    if (library.owns(id)) return library.run(id, args);
    if (profileDesk.owns(id)) return profileDesk.run(id, args);
    return (await flows.get()).run(id, args);
  };
  const run = async (id: CommandId, args: readonly unknown[]): Promise<unknown> => {
    const [first] = args;
    const answer = isArguments(first) ? answerOf(id, parts) : undefined;
    if (answer && isArguments(first))
      return answer(first).catch(async (error: unknown) => {
        // Where even the words are gone, it is what it was that the caller gets.
        const told = await import("./tell-trouble.ts").catch(() => undefined);
        throw told ? told.apiError(error) : error;
      });
    try {
      return await act(id, args);
    } catch (error) {
      report.error(error);
      return undefined;
    }
  };
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, async (...args: readonly unknown[]) => run(id, args)),
    ),
  );
}
