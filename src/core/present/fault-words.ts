import { t } from "@vscode/l10n";
import type { AccountProvider } from "../protocol/accounts.ts";
import type { Fault } from "../util/faults.ts";
import { misfitWords } from "./fit-words.ts";
import { forbiddenWords } from "./forbidden-words.ts";
import { mismatchWords } from "./mismatch-words.ts";
import { thingWords } from "./thing-words.ts";
import { engineWords } from "./engine-words.ts";
import { exitWords } from "./exit-words.ts";
import { sizeWords, durationWords } from "./units.ts";

/** What a button beside an error does; doors that have no buttons show the words alone. */
export type RemedyAction =
  | { readonly kind: "openPage"; readonly url: string }
  | { readonly kind: "openFile"; readonly path: string; readonly line?: number }
  | { readonly kind: "setToken"; readonly provider: AccountProvider }
  | { readonly kind: "openSettings"; readonly key: string }
  | { readonly kind: "showLogs" };

/** A remedy as a button: its title and what it does. */
export interface RemedyButton {
  readonly title: string;
  readonly do: RemedyAction;
}

export interface FaultWords {
  /** One sentence or two, naming the thing. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly remedy?: string;
  /** The remedy as buttons, what is to be done first first; absent where there is none. */
  readonly actions?: readonly RemedyButton[];
}

export const setToken = (provider: AccountProvider): RemedyButton => ({
  title: t("Set Token"),
  do: { kind: "setToken", provider },
});

/** The terms come first: a token of an account that has not accepted them opens nothing. */
export const gatedActions = (page: string, tokenGiven: boolean): readonly RemedyButton[] => [
  { title: t("Open Page"), do: { kind: "openPage", url: page } },
  ...(tokenGiven ? [] : [setToken("huggingface")]),
];

/** Whoever answers with an error was reached. */
export const isErrorAnswer = (fault: Fault): boolean => fault.code === "network" && /^status \d/.test(fault.reason);

/** Words for every fault; total, so that no code is ever shown bare. */
export function faultWords(fault: Fault): FaultWords {
  switch (fault.code) {
    case "unknownVerb":
      return {
        message: t("Model Deck knows no “{0}”.", fault.verb),
        remedy: t("See docs/verbs.md for what it knows."),
      };
    case "badArguments":
      return {
        message:
          fault.path === ""
            ? t("The arguments of {0} do not fit: {1}", fault.verb, fault.problem)
            : t("“{0}” of {1} does not fit: {2}", fault.path, fault.verb, fault.problem),
        remedy: t("Correct the arguments and ask again."),
      };
    case "notFound":
      return {
        message: t("There is no {0} “{1}”.", thingWords(fault.what), fault.name),
        remedy:
          fault.near && fault.near.length > 0
            ? t("Did you mean {0}?", fault.near.slice(0, 3).join(", "))
            : fault.what === "repository"
              ? t("Check the spelling; a private repository needs a token that may read it.")
              : fault.what === "loaded"
                ? t("Switch to a profile of it, then ask again.")
                : fault.what === "plan"
                  ? t("It was applied already, or is too old: make it anew.")
                  : t("Check the name."),
      };
    case "exists":
      return {
        message: t("There is a {0} “{1}” already.", thingWords(fault.what), fault.name),
        remedy: t("Choose another name."),
      };
    case "unauthorized":
      return {
        message: fault.tokenGiven
          ? t("{0} refuses the token it was given.", fault.host)
          : t("{0} wants a token for this.", fault.host),
        remedy: t("Set a token that may read it."),
        actions: [setToken(fault.provider ?? "huggingface")],
      };
    case "gated":
      return {
        message: t("{0} is gated: its terms must be accepted first.", fault.repository),
        remedy: fault.tokenGiven
          ? t("Accept the terms on its page with the account of your token, then try again.")
          : t("Accept the terms on its page and set the token of that account."),
        actions: gatedActions(fault.page, fault.tokenGiven),
      };
    case "forbidden":
      return forbiddenWords(fault);
    case "rateLimited":
      return {
        message: t("{0} asks to wait: too many requests.", fault.host),
        remedy: t("Try again in {0}.", durationWords(fault.retryAfter)),
      };
    case "network":
      if (isErrorAnswer(fault))
        return {
          message: t("{0} answers with an error: {1}", fault.host, fault.reason),
          remedy: t("Try again later."),
        };
      return {
        message: t("{0} cannot be reached: {1}", fault.host, fault.reason),
        remedy: t("Check the connection, then try again."),
      };
    case "timeout":
      return {
        message: t("{0} took longer than {1}.", fault.what, durationWords(fault.waited)),
        remedy: t("Try again."),
      };
    case "diskFull":
      return {
        message: t("{0} has {1} free, and {2} are needed.", fault.path, sizeWords(fault.free), sizeWords(fault.needed)),
        remedy: t("Free some space or choose another location; what was fetched is kept."),
        actions: [{ title: t("Choose Location"), do: { kind: "openSettings", key: "modelDeck.locations" } }],
      };
    case "diskSilent":
      return {
        message: t("The disk of {0} does not answer.", fault.folder),
        remedy: t("Check that it is connected, or choose another folder."),
      };
    case "fileUnreadable":
      return {
        message: t("{0} cannot be read: {1}", fault.path, fault.reason),
        remedy: t("Check that it exists and may be read."),
      };
    case "hashMismatch":
      return mismatchWords(fault);
    case "formatInvalid":
      return {
        message: t("{0} is damaged or of another format: {1}", fault.what, fault.reason),
        remedy: t("Download it again."),
      };
    case "locked":
      if (fault.byPerson)
        return { message: t("{0} is locked.", fault.what), remedy: t("Unlock it first, if it may change.") };
      return {
        message:
          fault.pid === undefined
            ? t("{0} is in use elsewhere.", fault.what)
            : t("{0} is in use by process {1}.", fault.what, fault.pid),
        remedy: t("Close the other window, or use Model Deck there."),
      };
    case "stale":
      return {
        message:
          fault.reason === undefined
            ? t("{0} has changed since.", fault.what)
            : t("{0} has changed since: {1}.", fault.what, fault.reason),
        remedy: t("Look at it again, then repeat."),
      };
    case "busy":
      return {
        message: t("{0} is busy with {1}.", fault.what, fault.with),
        remedy: t("Wait until it is done, or cancel it."),
      };
    case "readOnly":
      return { message: t("Nothing can be changed: {0}", fault.reason), remedy: t("Solve that first.") };
    case "engineUnreachable":
    case "engineElsewhere":
    case "notOnEngine":
      return engineWords(fault);
    case "imageMissing":
      return {
        message: t("The image {0} is not on this machine.", fault.image),
        remedy: t("Pull it ({0}), or name another in the settings.", `docker pull ${fault.image}`),
        actions: [{ title: t("Choose Image"), do: { kind: "openSettings", key: "modelDeck.backends" } }],
      };
    case "portInUse":
      return {
        message:
          fault.holder === undefined
            ? t("Port {0} is taken by another program.", fault.port)
            : t("Port {0} is taken by {1}.", fault.port, fault.holder),
        remedy: t("Stop it, or choose another port."),
        actions: [{ title: t("Choose Port"), do: { kind: "openSettings", key: "modelDeck.serving.port" } }],
      };
    case "flagUnknown":
      return {
        message: t("The server does not know {0}.", fault.flag),
        remedy:
          fault.instead === undefined ? t("Take it out of the profile.") : t("It is called {0} now.", fault.instead),
      };
    case "serverExited":
      return { ...exitWords(fault), actions: [{ title: t("Show Log"), do: { kind: "showLogs" } }] };
    case "outOfMemory":
      return {
        message:
          fault.where === "gpu"
            ? t("{0} does not fit into the GPU's memory.", fault.server)
            : t("{0} ran out of memory.", fault.server),
        remedy: t("Use a smaller context, a smaller quantization, or fewer GPU layers."),
        actions: [{ title: t("Show Log"), do: { kind: "showLogs" } }],
      };
    case "doesNotFit":
      return misfitWords(fault);
    case "unhealthy":
      return {
        message: t("{0} made no progress for {1} and never got ready.", fault.server, durationWords(fault.waited)),
        remedy: t("Its log says more."),
        actions: [{ title: t("Show Log"), do: { kind: "showLogs" } }],
      };
    case "configInvalid":
      return {
        message:
          fault.line === undefined
            ? t("{0}: {1}", fault.path, fault.problem)
            : t("{0}, line {1}: {2}", fault.path, fault.line, fault.problem),
        remedy: t("Correct the file; until then its last good state is in force."),
        actions: [
          {
            title: t("Open File"),
            do: { kind: "openFile", path: fault.path, ...(fault.line === undefined ? {} : { line: fault.line }) },
          },
        ],
      };
    case "ownerGone":
      return {
        message: t("The window that ran Model Deck went away in the middle of this."),
        remedy: t("Look how far it came, then try again."),
      };
    case "versionSkew":
      return fault.owner === undefined
        ? {
            message: t("The registry is of a later Model Deck: {0}; this one knows {1}.", fault.theirs, fault.ours),
            remedy: t("Update Model Deck here."),
          }
        : {
            message: t("Another window runs Model Deck {0}, which {1} cannot work with.", fault.theirs, fault.ours),
            remedy: t("Reload the window that has the older one."),
          };
  }
}
