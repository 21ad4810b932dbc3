import { fault } from "../util/faults.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";
import { parseCivitai } from "./civitai/reference.ts";
import { PUBLIC_HUBS } from "./reference.ts";

/** Which source a person means, and what of it. */
export type SourceReference =
  /** Read by the hub itself. */
  | { readonly kind: "huggingface"; readonly text: string }
  | CivitaiReference
  | { readonly kind: "ollama"; readonly name: string; readonly tag: string | undefined }
  /** `sha256`: what the person says the bytes must be. */
  | { readonly kind: "url"; readonly url: URL; readonly sha256: Sha256 | undefined };

/** At least one of model and version is there. */
export interface CivitaiReference {
  readonly kind: "civitai";
  readonly model: number | undefined;
  readonly version: number | undefined;
  /** One file of the version. */
  readonly file: number | undefined;
}

export interface Endpoints {
  /** Without slashes at their ends. */
  readonly huggingface: string;
  readonly civitai: string;
}

/** Ollama's own rule: host and namespace may stand before the name. */
const OLLAMA = /^(?!.*\/\/)([A-Za-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+){0,3}?)(?::([\w.-]{1,80}))?$/;

/**
 * The reference decides: `ollama:…`, `civitai:…` and AIR by their prefix, addresses by their host, all others are the hub's.
 * @throws FaultError `badArguments` with what does not fit
 */
export function parseSource(text: string, endpoints: Endpoints, verb: string): SourceReference {
  const refuse = (problem: string) => fault({ code: "badArguments", verb, path: "model", problem });
  const given = text.trim();
  if (/^ollama:/i.test(given)) {
    const [, name, tag] = OLLAMA.exec(given.replace(/^ollama:(\/\/)?/i, "")) ?? [];
    if (name === undefined) throw refuse("a model of Ollama is named ollama:name or ollama:name:tag");
    return { kind: "ollama", name, tag };
  }
  if (/^\d+$/.test(given)) {
    throw refuse("a number alone may be anything; write civitai:<model> or civitai:@<version>");
  }
  refuseSecret(given, refuse);
  const civitai = parseCivitai(given, endpoints.civitai, refuse);
  if (civitai) return civitai;
  const onHub = /^(?:urn:)?air:[^:]*:[^:]*:huggingface:([^:@]+(?:@[^:]+)?)/i.exec(given)?.[1];
  if (onHub !== undefined) return { kind: "huggingface", text: onHub };
  if (/^(?:urn:|air:)/i.test(given)) throw refuse("of AIRs, those of Civitai and Hugging Face are understood");
  if (!/^https?:\/\//i.test(given)) return { kind: "huggingface", text: given };
  if (!URL.canParse(given)) throw refuse("it is no address");
  const url = new URL(given);
  const isHub = url.origin === new URL(endpoints.huggingface).origin || PUBLIC_HUBS.has(url.hostname);
  return isHub ? { kind: "huggingface", text: given } : parseDirect(url, refuse);
}

/**
 * Parameters that are a secret by their name, signatures of stores among them: it would be kept with the download, beside
 * its files, and in the terminal command.
 */
const SECRET =
  /^(?:token|access_token|api_?key|auth|password|secret|sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token))$/i;

function refuseSecret(given: string, refuse: (problem: string) => Error): void {
  const address = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  if (!given.includes("?") || !URL.canParse(address)) return;
  const secret = [...new URL(address).searchParams.keys()].find((name) => SECRET.test(name));
  if (secret !== undefined)
    throw refuse(`an address must not carry a secret, as “${secret}” looks like one; tokens belong to the accounts`);
}

function parseDirect(given: URL, refuse: (problem: string) => Error): SourceReference {
  const url = new URL(given);
  if (url.username !== "" || url.password !== "") throw refuse("an address must not carry a password");
  // After whatever else the address has there: a digest that was given is never passed over.
  const stated = /#sha256[=:](.*)$/i.exec(url.hash)?.[1];
  const sha256 = stated === undefined ? undefined : parseSha256(stated);
  if (stated !== undefined && sha256 === undefined) throw refuse("#sha256= takes 64 hexadecimal digits");
  url.hash = "";
  return { kind: "url", url, sha256 };
}
