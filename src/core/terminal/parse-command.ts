import type { DownloadState } from "../protocol/downloads.ts";

/** What a person wrote after `modeldeck`. */
export type Command =
  /** Of one verb where it is named. */
  | { readonly kind: "help"; readonly verb?: string }
  | { readonly kind: "version" }
  | { readonly kind: "queueRun"; readonly stay: boolean; readonly where: Where }
  | { readonly kind: "queueStatus"; readonly json: boolean; readonly where: Where }
  | { readonly kind: "queueClear"; readonly state: ClearState; readonly where: Where }
  /** `words`: what belongs to the verb, as it was written. */
  | {
      readonly kind: "verb";
      readonly verb: string;
      readonly words: readonly string[];
      readonly json: boolean;
      readonly where: Where;
    }
  /** One sentence. */
  | { readonly kind: "wrong"; readonly problem: string };

/** What any command may say of where it works. */
export interface Where {
  /** The data folder; else the environment's, else the usual one. */
  readonly storage?: string;
  /** A file of settings, over those that the windows left. */
  readonly settings?: string;
  /** `key=value`, over all others. */
  readonly set: readonly string[];
  /** The log goes to the error output. */
  readonly verbose: boolean;
}

export type ClearState = Extract<DownloadState, "done" | "failed" | "cancelled"> | "all";
const clearStates: readonly ClearState[] = ["done", "failed", "cancelled", "all"];

export const USAGE = `Usage:
  modeldeck queue run [--stay]          works the downloads off; with --stay waits for more
  modeldeck queue status [--json]       what is downloaded, waits, failed
  modeldeck queue clear <state>         done, failed, cancelled or all leave the list
  modeldeck <verb> [--key value …]      any verb, as \`modeldeck downloads.add --model owner/repo\`
  modeldeck <verb> --help               what it takes

Anywhere:
  --storage <folder>    the data folder, else $MODELDECK_STORAGE, else the usual one
  --settings <file>     a JSON file of settings, with or without the prefix modelDeck.
  --set <key=value>     one setting; may be repeated
  --verbose             tells what happens
  --json                answers, and what went wrong, on one line each
Tokens come from the environment alone: HF_TOKEN, CIVITAI_TOKEN.
Ends with 0: all is done, 1: something failed, 2: not understood, 130: stopped by Ctrl-C.
`;

export function parseCommand(given: readonly string[]): Command {
  const taken = takeWhere(given);
  if (typeof taken === "string") return { kind: "wrong", problem: taken };
  const { words, where } = taken;
  const [first, second, ...rest] = words;
  const isHelp = first === "help" || first === "--help" || first === "-h";
  if (first === undefined || isHelp) return helpOf(second === "verb" ? rest[0] : second);
  if (first === "--version" || first === "-v") return { kind: "version" };
  if (first === "queue" && asksHelp(words)) return { kind: "help" };
  if (first === "queue") return parseQueue(second, rest, where);
  if (first.startsWith("-")) return { kind: "wrong", problem: `There is no ${first}.` };
  // `modeldeck verb <name>` says the same as `modeldeck <name>`.
  const [verb, own] = first === "verb" ? [second, rest] : [first, words.slice(1)];
  if (verb === undefined) return { kind: "wrong", problem: "Say which verb." };
  if (asksHelp([verb, ...own])) return helpOf(verb);
  const json = own.includes("--json");
  return { kind: "verb", verb, words: own.filter((word) => word !== "--json"), json, where };
}

const helpOf = (verb: string | undefined): Command =>
  verb === undefined || verb === "queue" || verb.startsWith("-") ? { kind: "help" } : { kind: "help", verb };

const asksHelp = (words: readonly string[]): boolean => words.includes("--help") || words.includes("-h");

function parseQueue(deed: string | undefined, rest: readonly string[], where: Where): Command {
  const only = (...allowed: readonly string[]): Command | undefined => {
    const odd = rest.find((word) => !allowed.includes(word));
    return odd === undefined ? undefined : { kind: "wrong", problem: `“queue ${deed ?? ""}” takes no ${odd}.` };
  };
  switch (deed) {
    case "run":
      return (
        only("--stay", "--until-idle") ??
        (rest.includes("--stay") && rest.includes("--until-idle")
          ? { kind: "wrong", problem: "--stay and --until-idle do not go together." }
          : { kind: "queueRun", stay: rest.includes("--stay"), where })
      );
    case "status":
      return only("--json") ?? { kind: "queueStatus", json: rest.includes("--json"), where };
    case "clear": {
      const state = clearStates.find((one) => one === rest[0]);
      if (state === undefined || rest.length > 1)
        return { kind: "wrong", problem: `Say what to clear: ${clearStates.join(", ")}.` };
      return { kind: "queueClear", state, where };
    }
    case undefined:
      return { kind: "wrong", problem: "Say what of the queue: run, status or clear." };
    default:
      return { kind: "wrong", problem: `There is no “queue ${deed}”; there is run, status and clear.` };
  }
}

/** @returns a string: what does not fit */
function takeWhere(given: readonly string[]): { words: readonly string[]; where: Where } | string {
  const words: string[] = [];
  const set: string[] = [];
  const one: { storage?: string; settings?: string } = {};
  let verbose = false;
  const todo = given.values();
  for (const word of todo) {
    const [, name, inline] = /^--(storage|settings|set)(?:=(.*))?$/s.exec(word) ?? [];
    if (word === "--verbose") verbose = true;
    else if (name === undefined) words.push(word);
    else {
      const value = inline ?? todo.next().value;
      if (value === undefined || value === "") return `--${name} needs a value.`;
      if (name === "set") {
        if (!/^[^=]+=/.test(value)) return `--set takes key=value, not “${value}”.`;
        set.push(value);
      } else if (name === "storage") one.storage = value;
      else one.settings = value;
    }
  }
  return { words, where: { ...one, set, verbose } };
}
