import { type Pair, type YAMLMap, isAlias, isCollection, isMap, isNode, isScalar, parseDocument } from "yaml";
import type { ProfileValue } from "../../protocol/profiles.ts";
import { fault } from "../../util/faults.ts";
import { parseDeckYaml } from "./parse-deck-yaml.ts";
import { flowText, profileLines } from "./yaml-text.ts";

type Value = ProfileValue["value"];

/**
 * The file with one value of a profile changed, added, or (undefined) taken out; every other byte stays.
 * @param key as `deckKeys` has it, variables as `env.NAME`
 * @throws FaultError `configInvalid` where it is written in a way that cannot be changed for certain
 */
export function setYamlValue(
  content: Uint8Array,
  profile: string,
  key: string,
  value: Value | undefined,
  path = "modeldeck.yaml",
): Uint8Array {
  const { text, bom } = decode(content);
  const steps = key.startsWith("env.")
    ? ["profiles", profile, "env", key.slice("env.".length)]
    : ["profiles", profile, key];
  const made = encode(edit(text, steps, value === undefined ? undefined : latin1Of(value)), bom);
  requireOnly(content, made, profile, key, value, path);
  return made;
}

/** With a profile at the end of those there are. @throws as `setYamlValue` */
export function addYamlProfile(
  content: Uint8Array,
  id: string,
  values: readonly Pick<ProfileValue, "key" | "value">[],
  path = "modeldeck.yaml",
): Uint8Array {
  const { text, bom } = decode(content);
  const newline = newlineOf(text);
  const root = mapOf(contentsOf(text));
  const pair = root && pairOf(root, "profiles");
  const profiles = mapOf(pair?.value);
  const last = profiles?.items.at(-1);
  const indent = profiles && last ? indentOf(text, startOf(profiles.items[0])) : "  ";
  const block = latin1(profileLines(id, values, indent).join(newline));
  let made: string;
  if (last) made = insertAfter(text, endOf(last), newline + block);
  else if (pair) made = insertAfter(text, text.indexOf(":", endOfNode(pair.key)) + 1, newline + block);
  else made = `${text}${text === "" || text.endsWith("\n") ? "" : newline}profiles:${newline}${block}${newline}`;
  const after = encode(made, bom);
  const now = parseDeckYaml(Buffer.from(after).toString("utf8"));
  const had = parseDeckYaml(Buffer.from(content).toString("utf8"));
  if (!now.profiles.has(id) || now.profiles.size !== had.profiles.size + 1 || now.problems.length > had.problems.length)
    throw refusal(path, `profiles.${id}`);
  return after;
}

function edit(text: string, steps: readonly string[], value: Value | undefined): string {
  const newline = newlineOf(text);
  let map = mapOf(contentsOf(text));
  let pair: Pair | undefined;
  for (const [index, step] of steps.entries()) {
    const next = map && pairOf(map, step);
    if (map && next) {
      pair = next;
      if (index === steps.length - 1)
        return value === undefined ? without(text, map, pair) : replaced(text, pair, value);
      map = mapOf(pair.value);
      continue;
    }
    // A profile that is not there is not made by the way.
    if (value === undefined || !pair || index < 2) return text;
    const rest = steps.slice(index);
    const flow =
      rest.length === 2 ? `${rest[0]}: { ${rest[1]}: ${flowText(value)} }` : `${rest[0]}: ${flowText(value)}`;
    const last = map?.items.at(-1);
    if (map?.flow === true)
      return last
        ? splice(text, endOf(last), endOf(last), `, ${flow}`)
        : splice(text, startOfNode(map) + 1, startOfNode(map) + 1, ` ${flow} `);
    const indent: string = map && last ? indentOf(text, startOf(map.items[0])) : `${indentOf(text, startOf(pair))}  `;
    const at = last ? endOf(last) : text.indexOf(":", endOfNode(pair.key)) + 1;
    return insertAfter(text, at, `${newline}${indent}${flow}`);
  }
  return text;
}

/** In the style it has: a list of lines stays one, all else becomes one line. */
function replaced(text: string, { key, value: node }: Pair, value: Value): string {
  const colon = text.indexOf(":", endOfNode(key)) + 1;
  if (!isNode(node) || !node.range || (isScalar(node) && node.value === null && node.range[0] === node.range[1]))
    return splice(text, colon, colon, ` ${flowText(value)}`);
  const [from] = node.range;
  const isLines = isCollection(node) && !isMap(node) && node.flow !== true;
  const to = endOfNode(node);
  if (!isLines || typeof value !== "object" || value.length === 0) {
    const ownLine = isLines ? splice(text, colon, from, " ") : text;
    const moved = text.length - ownLine.length;
    return splice(ownLine, from - moved, to - moved, flowText(value));
  }
  const indent = newlineOf(text) + indentOf(text, from);
  return splice(text, from, to, value.map((one) => `- ${flowText(one)}`).join(indent));
}

function without(text: string, map: YAMLMap, pair: Pair): string {
  const [from, to] = [startOf(pair), endOf(pair)];
  const index = map.items.indexOf(pair);
  if (map.flow === true) {
    const [next, before] = [map.items[index + 1], map.items[index - 1]];
    if (next) return splice(text, from, startOf(next), "");
    return before ? splice(text, endOf(before), to, "") : splice(text, from, to, "");
  }
  const line = text.lastIndexOf("\n", from - 1) + 1;
  const end = text.indexOf("\n", to);
  if (end >= 0) return splice(text, line, end + 1, "");
  // The last line has no end of its own: the one before it goes along.
  return text.slice(0, Math.max(0, line - (text.slice(0, line).endsWith("\r\n") ? 2 : 1)));
}

/** Whatever the shape of the file was: what is not meant did not change. */
function requireOnly(
  before: Uint8Array,
  after: Uint8Array,
  profile: string,
  key: string,
  value: Value | undefined,
  path: string,
): void {
  const plain = (content: Uint8Array) => {
    const { defaults, backends, profiles, problems } = parseDeckYaml(Buffer.from(content).toString("utf8"));
    const layer = new Map(profiles.get(profile)?.layer);
    const found = layer.get(key)?.value;
    layer.delete(key);
    const bare = (of: ReadonlyMap<string, { readonly value: Value }>) =>
      [...of].map(([name, one]) => [name, one.value]);
    const others = [...profiles].filter(([id]) => id !== profile).map(([id, one]) => [id, bare(one.layer)]);
    const rest = JSON.stringify([
      bare(defaults),
      [...backends].map(([id, one]) => [id, bare(one)]),
      others,
      bare(layer),
    ]);
    return { rest, found, there: profiles.has(profile), problems: problems.length };
  };
  const [had, has] = [plain(before), plain(after)];
  const isMeant = JSON.stringify(has.found) === JSON.stringify(value) && has.there;
  if (!isMeant || had.rest !== has.rest || has.problems > had.problems)
    throw refusal(path, `profiles.${profile}.${key}`);
}

const refusal = (path: string, what: string): Error =>
  fault({
    code: "configInvalid",
    path,
    problem: `${what} cannot be written here without touching what stands around it: change it in the file`,
  });

const contentsOf = (text: string): unknown => parseDocument(text, { logLevel: "silent", uniqueKeys: false }).contents;
const mapOf = (node: unknown): YAMLMap | undefined => (isMap(node) ? node : undefined);
const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

const startOfNode = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
const startOf = (pair: Pair | undefined): number => startOfNode(pair?.key);

/** After its last character, without the line's end a block carries. */
function endOfNode(node: unknown): number {
  if (!isNode(node) || !node.range) return 0;
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (last === undefined) return node.range[1];
    return isNode(last) || !isPair(last) ? endOfNode(last) : endOf(last);
  }
  const [from, to] = node.range;
  return to > from && isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") ? to - 1 : to;
}

const isPair = (item: unknown): item is Pair =>
  typeof item === "object" && item !== null && "key" in item && "value" in item;

function endOf(pair: Pair): number {
  return Math.max(endOfNode(pair.key), isAlias(pair.value) ? (pair.value.range?.[1] ?? 0) : endOfNode(pair.value));
}

/** On a line of its own, after whatever ends the line at `at`. */
function insertAfter(text: string, at: number, lines: string): string {
  const newline = text.indexOf("\n", at);
  const end = newline < 0 ? text.length : text[newline - 1] === "\r" ? newline - 1 : newline;
  return splice(text, end, end, lines);
}

const indentOf = (text: string, at: number): string => " ".repeat(at - (text.lastIndexOf("\n", at - 1) + 1));
const splice = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to);
const newlineOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const latin1Of = (value: Value): Value =>
  typeof value === "number" ? value : typeof value === "string" ? latin1(value) : value.map(latin1);

/** As Latin-1, so that no byte is lost; YAML's own marks are all ASCII. */
function decode(content: Uint8Array): { readonly text: string; readonly bom: string } {
  const all = Buffer.from(content).toString("latin1");
  const bom = all.startsWith("\u00EF\u00BB\u00BF") ? all.slice(0, 3) : "";
  return { text: all.slice(bom.length), bom };
}
const encode = (text: string, bom: string): Uint8Array => Buffer.from(bom + text, "latin1");
