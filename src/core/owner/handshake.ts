import { isObject, parseObject } from "./parse-object.ts";

/** Of the calls between windows: who has another one is not understood. */
export const WIRE = 1;

export interface Build {
  /** Of the extension. */
  readonly version: string;
  readonly wire: number;
}

/** What a window says after it has read the owner's card: one line of JSON. */
export interface Hello extends Build {
  /** To be proven by the owner. */
  readonly nonce: string;
  /** Of the nonce on the owner's card. */
  readonly proof: string;
}

/** What the owner answers: one line of JSON, and calls from then on where it is a welcome. */
export type Reply =
  | { readonly kind: "welcome"; readonly proof: string; readonly settings: Readonly<Record<string, unknown>> }
  /** It lets go, as the window is newer: claim when the line ends. */
  | { readonly kind: "yields" }
  /** `key`: the proof does not fit. `skew`: the window is too old to be understood. */
  | { readonly kind: "refused"; readonly why: "key" | "skew" };

/**
 * What an owner does with a window of that build. The newer one owns, so that what the newest has written is never
 * handled by an older one.
 */
export function termsFor(owner: Build, window: Build): "welcome" | "yields" | "skew" {
  // Who names no release, as a script that opens a deck, is neither older nor newer.
  const released = owner.version !== "" && window.version !== "";
  const newer = (released ? compareVersions(window.version, owner.version) : 0) || window.wire - owner.wire;
  if (newer > 0) return "yields";
  return window.wire === owner.wire ? "welcome" : "skew";
}

/** Negative where `a` is older. Whatever stands behind the numbers does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbersOf = (version: string): readonly number[] =>
  (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);

/** undefined where the text is none. */
export function parseHello(line: string): Hello | undefined {
  const hello = parseObject(line);
  const [version, wire, nonce, proof] = [hello?.["version"], hello?.["wire"], hello?.["nonce"], hello?.["proof"]];
  if (typeof version !== "string" || typeof wire !== "number") return undefined;
  return typeof nonce === "string" && typeof proof === "string" ? { version, wire, nonce, proof } : undefined;
}

/** undefined where the text is none. */
export function parseReply(line: string): Reply | undefined {
  const reply = parseObject(line);
  const [kind, proof, settings, why] = [reply?.["kind"], reply?.["proof"], reply?.["settings"], reply?.["why"]];
  if (kind === "yields") return { kind };
  if (kind === "refused") return { kind, why: why === "skew" ? why : "key" };
  return kind === "welcome" && typeof proof === "string" && isObject(settings) ? { kind, proof, settings } : undefined;
}
