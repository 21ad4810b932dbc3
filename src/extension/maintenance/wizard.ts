import type { Choice } from "../pick.ts";

/** One page of several; its answer goes into the options under `key`. */
export type Question =
  /** Boxes to check, each a `true` or `false` of its own. */
  | { readonly kind: "flags"; readonly placeholder: string; readonly flags: readonly Flag[] }
  /** One of them; a choice whose value is undefined leaves the option out. */
  | {
      readonly kind: "one";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string | undefined>[]>;
      /** Said where there is nothing to choose from; absent where there always is. */
      readonly none?: string;
    }
  /** Some of them, at least one. */
  | {
      readonly kind: "many";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string>[]>;
      /** Said where there is nothing to choose from. */
      readonly none: string;
    }
  /** A folder: one of those offered, or any other. */
  | {
      readonly kind: "folder";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string>[]>;
      /** Offered first, where the option may be left out: what is meant then. */
      readonly all?: string;
      /** True where the option takes a list of folders. */
      readonly list?: boolean;
    }
  /** A number, zero or more. */
  | { readonly kind: "count"; readonly key: string; readonly placeholder: string; readonly default: number };

export interface Flag {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly default: boolean;
}

export type Options = Readonly<Record<string, unknown>>;
/** What was answered, a wish to go back, or undefined where it was given up. */
export type Answer = Options | "back" | undefined;

export interface Page {
  /** Counts from 1. */
  readonly step: number;
  readonly steps: number;
  /** What was answered when it was asked before. */
  readonly before: Options;
}

/** Asks page after page, with a way back that keeps what was answered. undefined: given up. */
export async function walkPages<Q>(
  questions: readonly Q[],
  askPage: (question: Q, page: Page) => Promise<Answer>,
): Promise<Options | undefined> {
  const answers: Options[] = [];
  for (let at = 0; at < questions.length;) {
    const question = questions[at];
    if (question === undefined) break;
    const answer = await askPage(question, { step: at + 1, steps: questions.length, before: answers[at] ?? {} });
    if (answer === undefined) return undefined;
    if (answer === "back") at = Math.max(0, at - 1);
    else {
      answers[at] = answer;
      at += 1;
    }
  }
  return Object.assign({}, ...answers);
}
