/** What a value of modeldeck.yaml may be. */
export type KeyKind =
  | { readonly kind: "text" }
  | { readonly kind: "whole"; readonly from: number; readonly to: number }
  /** A text, or a whole number taken as one. */
  | { readonly kind: "word"; readonly pattern: RegExp; readonly wanted: string }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** One text stands for a list of one. */
  | { readonly kind: "texts" }
  /** Texts, or one of these words. */
  | { readonly kind: "textsOr"; readonly words: readonly string[] }
  /** Seconds, or `90s`, `10m`, `1h30m`; held as seconds. */
  | { readonly kind: "duration" }
  | { readonly kind: "environment" };

export interface DeckKey {
  readonly name: string;
  readonly kind: KeyKind;
  /** One sentence for hover and schema. */
  readonly what: string;
  /** In profiles alone; a default of it would make no sense. */
  readonly profileOnly?: true;
}

export const ROUTER_NAME = /^[a-z0-9_-]{1,40}$/;

/** In the order they are offered. Completion, hover, schema, the form and the reader are made of this one table. */
export const deckKeys: readonly DeckKey[] = [
  { name: "name", kind: { kind: "text" }, what: "What it is called in lists; else its id.", profileOnly: true },
  { name: "description", kind: { kind: "text" }, what: "A line about it." },
  {
    name: "extends",
    kind: { kind: "texts" },
    what: "Profiles of this file whose values hold where this one says nothing; of several, the later wins.",
    profileOnly: true,
  },
  {
    name: "model",
    kind: { kind: "text" },
    what: "The model's file: below the models folder, or absolute. Of a split model, the first part.",
    profileOnly: true,
  },
  { name: "backend", kind: { kind: "text" }, what: "The server program: llama.cpp where nothing is said." },
  {
    name: "context",
    kind: { kind: "whole", from: 0, to: 999_999_999 },
    what: "Tokens of context; 0: as the model was trained for.",
  },
  {
    name: "gpuLayers",
    kind: { kind: "word", pattern: /^(-1|\d{1,5}|auto|all)$/, wanted: "a whole number, auto or all" },
    what: "Layers that go to the GPU: a number, auto or all.",
  },
  {
    name: "fit",
    kind: { kind: "choice", choices: ["on", "off"] },
    what: "Whether llama-server fits what is left unsaid to the memory.",
  },
  {
    name: "fitTarget",
    kind: { kind: "word", pattern: /^[\d,]+$/, wanted: "a number of MiB" },
    what: "MiB that fitting leaves free on each GPU.",
  },
  {
    name: "args",
    kind: { kind: "texts" },
    what: "Arguments of the server, one each, as they are; they win over the keys. A nearer list takes the place of a farther one.",
  },
  {
    name: "env",
    kind: { kind: "environment" },
    what: "Environment variables of the server, by name; each is inherited by itself.",
  },
  {
    name: "group",
    kind: { kind: "word", pattern: /^[a-z0-9_-]{1,40}$/, wanted: "lower-case letters, digits, _ and -" },
    what: "A switch replaces within its group; servers of different groups run side by side.",
  },
  {
    name: "router",
    kind: { kind: "word", pattern: ROUTER_NAME, wanted: "lower-case letters, digits, _ and -" },
    what: "Profiles of a group with the same name here share one llama-server in router mode: it stays up, and a switch among them loads and unloads.",
  },
  { name: "aliases", kind: { kind: "texts" }, what: "Other names it answers to.", profileOnly: true },
  {
    name: "ttl",
    kind: { kind: "duration" },
    what: "It is unloaded after so long without a request: seconds, or 90s, 10m, 1h30m.",
  },
  {
    name: "runtime",
    kind: { kind: "choice", choices: ["container", "process"] },
    what: "Where it runs; else as the settings say.",
  },
  { name: "image", kind: { kind: "text" }, what: "Container image, in place of the setting." },
  { name: "binary", kind: { kind: "text" }, what: "Program, in place of the setting." },
  {
    name: "gpu",
    kind: { kind: "textsOr", words: ["all", "none"] },
    what: "UUIDs of the GPUs it may use, all, or none.",
  },
  { name: "port", kind: { kind: "whole", from: 1, to: 65_535 }, what: "Port on 127.0.0.1." },
  {
    name: "health",
    kind: { kind: "word", pattern: /^\/\S*$/, wanted: "a path that begins with /" },
    what: "Path that answers 200 once the server is ready, in place of the program's own.",
  },
  {
    name: "speed",
    kind: { kind: "text" },
    what: "A note on its speed, as a benchmark or you wrote it.",
    profileOnly: true,
  },
];

export const deckKey = (name: string): DeckKey | undefined => deckKeys.find((key) => key.name === name);

export const PROFILE_ID = /^[A-Za-z0-9_-]+$/;

/** What the kind takes, for problems, hover and forms. */
export function wantedWords(kind: KeyKind): string {
  switch (kind.kind) {
    case "text":
      return "a text";
    case "whole":
      return `a whole number from ${kind.from} to ${kind.to}`;
    case "word":
      return kind.wanted;
    case "choice":
      return kind.choices.join(" or ");
    case "texts":
      return "a list of texts";
    case "textsOr":
      return `a list of texts, ${kind.words.join(" or ")}`;
    case "duration":
      return "seconds, or a time such as 90s, 10m or 1h30m";
    case "environment":
      return "variables, each NAME: value";
  }
}
