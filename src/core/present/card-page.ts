import { t } from "@vscode/l10n";
import type { CardCharacteristic, CardDeed, CardFile, CardFit, CardPage, CardReadme } from "../protocol/card-page.ts";
import type { Fit } from "../protocol/fit.ts";
import { type Characteristic, type EntryDetails, type EntryFile, characteristicSources } from "../protocol/models.ts";
import { badgesOf, isGuess, isUnsafe, takesContext } from "./badges.ts";
import { characteristicWords, sourceWords, valueWords } from "./characteristic-words.ts";
import { eachPlace } from "./each-place.ts";
import { fitWords, needWords } from "./fit-words.ts";
import { proofWords } from "./model-row.ts";
import { percentWords } from "./queue-row.ts";
import { tellingNames } from "./telling-names.ts";
import { sizeWords } from "./units.ts";

export interface CardParts {
  /** As it fits the context it was asked for. */
  readonly fit: readonly Fit[];
  /** Tokens that were chosen; undefined: as it comes. */
  readonly context: number | undefined;
  /** Whether the fit for the chosen context is still to come. */
  readonly asking: boolean;
  /** A server has it loaded, or is loading it. */
  readonly served: boolean;
  /** A profile serves it. */
  readonly servable: boolean;
  /** A `data:` address; empty where there is none. */
  readonly picture: string;
  readonly readme: CardReadme;
}

/** All that is known of a model, in words. */
export function cardPage(entry: EntryDetails, parts: CardParts): CardPage {
  const { displayName, source } = entry;
  return {
    title: displayName,
    facts: [
      parts.served ? t("serving") : "",
      entry.backend,
      entry.format,
      entry.quantization?.toUpperCase(),
      entry.sizeBytes === undefined ? "" : sizeWords(entry.sizeBytes),
    ]
      .filter(Boolean)
      .join(" · "),
    origin: source
      ? [
          source.reference.startsWith(`${source.provider}:`) ? "" : source.provider,
          source.reference,
          (source.revision ?? "").slice(0, 12),
        ]
          .filter(Boolean)
          .join(" · ")
      : "",
    badges: badges(entry),
    warnings: warningsOf(entry),
    picture: parts.picture,
    description: entry.description ?? "",
    notes: entry.notes ?? "",
    triggerWords: triggerWords(entry),
    deeds: deeds(entry, parts),
    fit: fitOf(entry, parts),
    characteristics: characteristics(entry),
    files: filesOf(entry.files),
    places: eachPlace(entry.places ?? [], entry.name).map(({ path, sizeBytes, shared, entry: owner }) => ({
      path,
      size: sizeWords(sizeBytes),
      note: [shared ? t("the same file") : t("a copy"), owner === undefined ? "" : t("of {0}", owner)]
        .filter(Boolean)
        .join(", "),
    })),
    readme: parts.readme,
  };
}

const badges = (entry: EntryDetails): CardPage["badges"] =>
  badgesOf({ ...entry, displayName: "" }).map((text) => ({
    text,
    note: text.endsWith("?") ? t("a guess") : "",
  }));

const warningsOf = (entry: EntryDetails): readonly string[] => [
  ...(entry.state === "missing" ? [t("Nothing lies at its path any more.")] : []),
  ...(entry.state === "offline" ? [t("The drive or folder it lies in is not there now.")] : []),
  ...(isUnsafe(entry) ? [t("Unsafe format: whoever loads it runs code that it may hold.")] : []),
];

/** As they were fetched one by one, else as the hub told them when it was downloaded. */
function triggerWords({ metadata, facts }: EntryDetails): readonly string[] {
  const words = metadata["triggerWords"];
  const fetched = Array.isArray(words) ? words : [];
  const told = facts.flatMap(({ name, value }) => (name === TRIGGER_WORDS ? [value] : []));
  return (fetched.length > 0 ? fetched : told).flatMap((word: unknown) =>
    typeof word === "string" && word !== "" ? [word] : [],
  );
}

/** A section of their own shows them. */
const TRIGGER_WORDS = "triggerWords";

function deeds(entry: EntryDetails, { served, servable }: CardParts): CardPage["deeds"] {
  const all: readonly (readonly [CardDeed, string, boolean])[] = [
    ["serve", t("Serve"), servable && !served],
    ["edit", t("Edit…"), true],
    ["fetch", t("Fetch Metadata"), true],
    ["preview", t("Set Preview…"), true],
    ["remove", t("Remove Metadata…"), entry.metadata["fetched"] !== undefined],
    ["updates", t("Check for Update"), entry.source !== undefined],
    ["probe", t("Ask the Server"), served],
    ["reveal", t("Reveal File"), entry.path !== undefined && entry.state === "installed"],
  ];
  return all.flatMap(([deed, label, offered]) => (offered ? [{ deed, label }] : []));
}

const SMALLEST = 4096;

function fitOf(entry: EntryDetails, { fit, context, asking }: CardParts): CardFit {
  const chosen = context ?? fit[0]?.need.context;
  const unknown = (note: string): CardFit => ({ rows: [], contexts: [], context: "", asking, note });
  if (!takesContext(entry)) return unknown(t("It is loaded without a context: whether it fits is not told."));
  if (chosen === undefined) return unknown(t("The file tells too little to say whether it fits."));
  const trained = entry.facts.find(({ name }) => name === "context")?.value;
  const most = Math.max(typeof trained === "number" ? trained : 0, chosen);
  const steps = new Set([chosen, ...(typeof trained === "number" ? [trained] : [])]);
  for (let step = SMALLEST; step < most; step *= 2) steps.add(step);
  return {
    rows: fit.map((one) => ({
      device: one.device === "cpu" ? t("this machine's memory") : one.name,
      verdict: fitWords(one),
      need: one.verdict.kind === "unknown" ? "" : needWords(one.need),
      warns: one.verdict.kind === "no" || one.verdict.kind === "offload",
    })),
    contexts: [...steps]
      .toSorted((one, other) => one - other)
      .map((step) => ({
        value: String(step),
        label:
          step === trained
            ? t("{0} tokens, all it was trained for", step.toLocaleString("en"))
            : t("{0} tokens", step.toLocaleString("en")),
      })),
    context: String(chosen),
    asking,
    note: "",
  };
}

/** Each once, as it holds, with what other sources say; in the order of the facts. */
function characteristics({ facts, characteristics: all }: EntryDetails): readonly CardCharacteristic[] {
  const said = (one: Characteristic) => ({
    value: valueWords(one),
    source: sourceWords(one.source),
    confidence: percentWords(one.confidence),
  });
  return facts
    .filter(({ name }) => name !== TRIGGER_WORDS)
    .map((fact) => ({
      label: characteristicWords(fact.name),
      ...said(fact),
      guess: isGuess(fact),
      others: all
        .filter(({ name, source }) => name === fact.name && source !== fact.source)
        .toSorted((one, other) => rank(one) - rank(other))
        .map(said),
    }));
}

const rank = ({ source }: Characteristic): number => characteristicSources.indexOf(source);

function filesOf(files: readonly EntryFile[]): readonly CardFile[] {
  const names = tellingNames(files.map(({ path }) => path));
  return files.map((file) => fileOf(file, names.get(file.path) ?? file.path));
}

function fileOf({ path, sizeBytes, proof, sha256, gitSha1 }: EntryFile, name: string): CardFile {
  const hash = (kind: string, full: string | undefined): CardFile["hashes"] =>
    full === undefined ? [] : [{ kind, short: full.slice(0, 12), full }];
  return {
    name,
    path,
    size: sizeWords(sizeBytes),
    proof: proofWords(proof),
    hashes: [...hash("sha256", sha256), ...hash("git sha1", gitSha1)],
  };
}
