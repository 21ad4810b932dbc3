import { type Block, areBlocks, isWebAddress } from "./readme.ts";
import { type Guard, areWords, isFlag, isList, isOneOf, isShape, isText } from "./shape.ts";

/** What the card of a model offers to do. `readme`: asks for the README again. */
export const cardDeeds = [
  "serve",
  "fetch",
  "preview",
  "remove",
  "updates",
  "probe",
  "edit",
  "reveal",
  "readme",
] as const;
export type CardDeed = (typeof cardDeeds)[number];

/** The page of one model, in finished words. Texts may be empty where there is nothing to say. */
export interface CardPage {
  readonly title: string;
  /** What it is, in a line. */
  readonly facts: string;
  /** Where it is from, in a line. */
  readonly origin: string;
  /** `note`: what it stands on. */
  readonly badges: readonly { readonly text: string; readonly note: string }[];
  readonly warnings: readonly string[];
  /** A `data:` address of a bitmap. */
  readonly picture: string;
  readonly description: string;
  readonly notes: string;
  readonly triggerWords: readonly string[];
  readonly deeds: readonly { readonly deed: CardDeed; readonly label: string }[];
  readonly fit: CardFit;
  readonly characteristics: readonly CardCharacteristic[];
  readonly files: readonly CardFile[];
  readonly places: readonly { readonly path: string; readonly size: string; readonly note: string }[];
  readonly readme: CardReadme;
}

/** By the context it is asked for. */
export interface CardFit {
  readonly rows: readonly {
    readonly device: string;
    readonly verdict: string;
    readonly need: string;
    /** It cannot be loaded whole. */
    readonly warns: boolean;
  }[];
  /** Contexts, in tokens, that can be asked for; the chosen one is among them. */
  readonly contexts: readonly { readonly value: string; readonly label: string }[];
  readonly context: string;
  readonly asking: boolean;
  /** Why there is nothing to show. */
  readonly note: string;
}

export interface CardCharacteristic {
  readonly label: string;
  readonly value: string;
  readonly source: string;
  readonly confidence: string;
  readonly guess: boolean;
  /** What other sources say, most trusted first. */
  readonly others: readonly { readonly value: string; readonly source: string; readonly confidence: string }[];
}

export interface CardFile {
  readonly name: string;
  readonly path: string;
  readonly size: string;
  readonly proof: string;
  readonly hashes: readonly { readonly kind: string; readonly short: string; readonly full: string }[];
}

export type CardReadme =
  | { readonly kind: "loading" }
  /** There is none, or why it could not be had; `again`: asking once more may help. */
  | { readonly kind: "none"; readonly text: string; readonly again: boolean }
  | {
      readonly kind: "shown";
      /** Another one whenever the blocks are others. */
      readonly edition: string;
      /** A path or the page it is of. */
      readonly from: string;
      /** That it is not all of it. */
      readonly cut: string;
      readonly blocks: readonly Block[];
    };

export const cardWords = [
  "asking",
  "characteristic",
  "characteristics",
  "confidence",
  "context",
  "copied",
  "copy",
  "description",
  "device",
  "digest",
  "file",
  "files",
  "fit",
  "from",
  "guess",
  "loading",
  "needs",
  "notes",
  "others",
  "picture",
  "places",
  "placesHint",
  "proof",
  "readme",
  "retry",
  "size",
  "table",
  "triggerWords",
  "value",
  "verdict",
] as const;
export type CardWords = Readonly<Record<(typeof cardWords)[number], string>>;

export const areCardWords = areWords(cardWords);
const isDeed = isOneOf(cardDeeds);

const isReadme: Guard<CardReadme> = (value): value is CardReadme => readmeGuards.some((fits) => fits(value));
const readmeGuards: readonly Guard<CardReadme>[] = [
  isShape<Extract<CardReadme, { readonly kind: "loading" }>>({ kind: isOneOf(["loading"]) }),
  isShape<Extract<CardReadme, { readonly kind: "none" }>>({ kind: isOneOf(["none"]), text: isText, again: isFlag }),
  isShape<Extract<CardReadme, { readonly kind: "shown" }>>({
    kind: isOneOf(["shown"]),
    edition: isText,
    from: isText,
    cut: isText,
    blocks: areBlocks,
  }),
];

export const isCard = isShape<CardPage>({
  title: isText,
  facts: isText,
  origin: isText,
  badges: isList(isShape<CardPage["badges"][number]>({ text: isText, note: isText })),
  warnings: isList(isText),
  picture: isText,
  description: isText,
  notes: isText,
  triggerWords: isList(isText),
  deeds: isList(isShape<CardPage["deeds"][number]>({ deed: isDeed, label: isText })),
  fit: isShape<CardFit>({
    rows: isList(isShape<CardFit["rows"][number]>({ device: isText, verdict: isText, need: isText, warns: isFlag })),
    contexts: isList(isShape<CardFit["contexts"][number]>({ value: isText, label: isText })),
    context: isText,
    asking: isFlag,
    note: isText,
  }),
  characteristics: isList(
    isShape<CardCharacteristic>({
      label: isText,
      value: isText,
      source: isText,
      confidence: isText,
      guess: isFlag,
      others: isList(
        isShape<CardCharacteristic["others"][number]>({ value: isText, source: isText, confidence: isText }),
      ),
    }),
  ),
  files: isList(
    isShape<CardFile>({
      name: isText,
      path: isText,
      size: isText,
      proof: isText,
      hashes: isList(isShape<CardFile["hashes"][number]>({ kind: isText, short: isText, full: isText })),
    }),
  ),
  places: isList(isShape<CardPage["places"][number]>({ path: isText, size: isText, note: isText })),
  readme: isReadme,
});

/** What a person wishes on a card. */
export type CardIntent =
  | { readonly kind: "card"; readonly deed: CardDeed }
  /** @param context in tokens */
  | { readonly kind: "fitAt"; readonly context: number }
  | { readonly kind: "copy"; readonly text: string }
  /** @param address http or https */
  | { readonly kind: "visit"; readonly address: string };

/** The intent, or undefined where it is none of a card. */
export function parseCardIntent(message: object): CardIntent | undefined {
  const { kind, deed, context, text, address }: Readonly<Record<string, unknown>> = { ...message };
  if (kind === "card") return isDeed(deed) ? { kind, deed } : undefined;
  if (kind === "fitAt") return isTokens(context) ? { kind, context } : undefined;
  if (kind === "copy") return isText(text) ? { kind, text } : undefined;
  return kind === "visit" && isWebAddress(address) ? { kind, address } : undefined;
}

const isTokens = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0;
