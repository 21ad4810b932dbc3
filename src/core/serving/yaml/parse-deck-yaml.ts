import {
  type Document,
  LineCounter,
  type Pair,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isScalar,
  parseDocument,
} from "yaml";
import { nearNames } from "../../util/near-names.ts";
import { PROFILE_ID, deckKey, deckKeys, wantedWords } from "./deck-keys.ts";
import { readValue, textOf } from "./read-value.ts";

/** modeldeck.yaml as it is written, every value with its line. */
export interface DeckYaml {
  readonly defaults: Layer;
  readonly backends: ReadonlyMap<string, Layer>;
  readonly profiles: ReadonlyMap<string, YamlProfile>;
  /** In the order of their lines. */
  readonly problems: readonly YamlProblem[];
}

/** By key as `deckKeys` has it, variables as `env.NAME`. */
export type Layer = ReadonlyMap<string, YamlValue>;

export interface YamlValue {
  readonly value: string | number | readonly string[];
  /** Counts from 1. */
  readonly line: number;
}

export interface YamlProfile {
  readonly line: number;
  readonly layer: Layer;
}

export interface YamlProblem {
  readonly line: number;
  readonly problem: string;
  readonly severity: "error" | "warning";
  /** The profile it stands in. */
  readonly profile: string | undefined;
}

export function parseDeckYaml(text: string): DeckYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", uniqueKeys: false });
  const problems: YamlProblem[] = [];
  let profile: string | undefined;
  const lineOf = (offset: number | undefined): number => Math.max(1, lines.linePos(offset ?? 0).line);
  const report = (line: number, problem: string, severity: YamlProblem["severity"] = "error"): void =>
    void problems.push({ line, problem, severity, profile });

  for (const error of document.errors)
    report(lineOf(error.pos[0]), `This is not valid YAML: ${error.message.split(/ at line |\n/)[0] ?? ""}`);
  for (const warning of document.warnings)
    report(lineOf(warning.pos[0]), warning.message.split(/ at line |\n/)[0] ?? "", "warning");
  const backends = new Map<string, Layer>();
  const profiles = new Map<string, YamlProfile>();
  let defaults: Layer = new Map();
  const done = (): DeckYaml => ({ defaults, backends, profiles, problems: problems.sort((a, b) => a.line - b.line) });
  if (document.errors.length > 0) return done();

  /** The pairs of a map that can be used, each key once. */
  const pairsOf = (node: unknown, line: number, what: string): readonly Entry[] => {
    const map = resolved(document, node);
    if (map === null || (isScalar(map) && map.value === null)) return [];
    if (!isMap(map)) {
      report(line, `${what} takes entries, each “name: …” on a line of its own`);
      return [];
    }
    return entriesOf(map, document, (pair, key) => {
      const at = lineOf(offsetOf(pair.key));
      if (key === undefined) report(at, `${what} holds a key that is no text`);
      else report(at, `${key} stands above already`);
    }).map((entry) => ({ ...entry, line: lineOf(entry.offset) }));
  };
  const layerOf = (entries: readonly Entry[], isProfile: boolean): Layer => {
    const layer = new Map<string, YamlValue>();
    for (const { key: name, node, line } of entries) {
      const key = deckKey(name);
      if (!key || (key.profileOnly === true && !isProfile)) {
        const near = nearNames(
          name,
          deckKeys.map((one) => one.name),
        )[0];
        const hint = key ? ": it belongs into a profile" : near === undefined ? "" : `: did you mean ${near}?`;
        report(line, `“${name}” is no key here${hint}`, "warning");
      } else if (key.kind.kind === "environment") {
        for (const variable of pairsOf(node, line, name)) {
          const value = textOf(scalarOf(document, variable.node) ?? "");
          if (value === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable.key))
            report(variable.line, `${variable.key} takes a text, and a name of letters, digits and _`);
          else layer.set(`env.${variable.key}`, { value, line: variable.line });
        }
      } else {
        const plain = plainOf(document, node);
        const value = readValue(key.kind, plain);
        if (value !== undefined) layer.set(name, { value, line });
        else if (plain !== null) report(line, `${name} takes ${wantedWords(key.kind)}`);
      }
    }
    return layer;
  };

  for (const { key, node, line } of pairsOf(document.contents, 1, "The file")) {
    if (key === "defaults") defaults = layerOf(pairsOf(node, line, key), false);
    else if (key === "backends")
      for (const backend of pairsOf(node, line, key))
        backends.set(backend.key, layerOf(pairsOf(backend.node, backend.line, backend.key), false));
    else if (key === "profiles")
      for (const one of pairsOf(node, line, key)) {
        profile = one.key;
        if (!PROFILE_ID.test(one.key)) report(one.line, `“${one.key}” is no id: it takes letters, digits, _ and -`);
        else profiles.set(one.key, { line: one.line, layer: layerOf(pairsOf(one.node, one.line, one.key), true) });
        profile = undefined;
      }
    else report(line, `“${key}” is none of defaults, backends and profiles`, "warning");
  }
  return done();
}

interface Entry {
  readonly key: string;
  readonly node: unknown;
  readonly offset: number | undefined;
  readonly line: number;
}

function entriesOf(
  map: YAMLMap,
  document: Document,
  onUnfit: (pair: Pair, key: string | undefined) => void,
): readonly Omit<Entry, "line">[] {
  const found = new Map<string, Omit<Entry, "line">>();
  for (const pair of map.items) {
    const key = textOf(scalarOf(document, pair.key));
    if (key === undefined || found.has(key)) onUnfit(pair, key);
    else found.set(key, { key, node: pair.value, offset: offsetOf(pair.key) });
  }
  return [...found.values()];
}

const offsetOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

const resolved = (document: Document, node: unknown): unknown =>
  isAlias(node) ? (node.resolve(document) ?? null) : node;

const scalarOf = (document: Document, node: unknown): unknown => {
  const found = resolved(document, node);
  return isScalar(found) ? found.value : undefined;
};

/** Texts, numbers and flat lists of them; what is deeper becomes undefined. */
function plainOf(document: Document, node: unknown): unknown {
  const found = resolved(document, node);
  if (found === null || found === undefined) return null;
  if (isScalar(found)) return found.value;
  if (!isNode(found) || !("items" in found) || isMap(found)) return undefined;
  const { items }: { readonly items: readonly unknown[] } = found;
  return items.map((item) => scalarOf(document, item));
}
