import type { CivitaiReference } from "../source-reference.ts";

const HOSTS = /^(?:www\.)?civitai\.(?:com|red|green)$/i;
/** `urn:air:<ecosystem>:<type>:civitai:<model>@<version>:<layer>.<format>`; the last two name no other file. */
const AIR = /^(?:urn:)?air:[^:]*:[^:]*:civitai:(\d+)(?:@(\d+))?(?:[:.].*)?$/i;
const SHORT = /^civitai:(\d+)?(?:@(\d+))?$/i;

/**
 * `civitai:<model>[@<version>]`, `civitai:@<version>`, an AIR, or an address of its pages, downloads and data; undefined
 * where it is none of Civitai's. Throws what `refuse` makes where it is one that names no model.
 */
export function parseCivitai(
  given: string,
  endpoint: string,
  refuse: (problem: string) => Error,
): CivitaiReference | undefined {
  const isShort = /^civitai:/i.test(given);
  const [matched, model, version] = (isShort ? SHORT : AIR).exec(given) ?? [];
  if (matched !== undefined && (model ?? version) !== undefined) return referenceTo(model, version, undefined, refuse);
  if (isShort)
    throw refuse("a model of Civitai is named civitai:<model>, civitai:<model>@<version> or civitai:@<version>");
  const address = /^(?:www\.)?civitai\.(?:com|red|green)\//i.test(given) ? `https://${given}` : given;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const home = new URL(endpoint);
  if (url.origin !== home.origin && !HOSTS.test(url.hostname)) return undefined;
  if (url.username !== "" || url.password !== "") throw refuse("an address must not carry a password");
  const base = url.origin === home.origin ? home.pathname.replace(/\/+$/, "") : "";
  return ofPath(url.pathname.slice(base.length), url.searchParams, refuse);
}

function ofPath(path: string, query: URLSearchParams, refuse: (problem: string) => Error): CivitaiReference {
  const download = /^\/api\/download\/models\/(\d+)\/?$/.exec(path)?.[1];
  if (download !== undefined) return referenceTo(undefined, download, query.get("fileId") ?? undefined, refuse);
  const version = /^(?:\/api\/v1)?\/model-versions\/(\d+)\/?$/.exec(path)?.[1];
  if (version !== undefined) return referenceTo(undefined, version, undefined, refuse);
  const model = /^(?:\/api\/v1)?\/models\/(\d+)(?:\/[^/]*)?\/?$/.exec(path)?.[1];
  if (model !== undefined) return referenceTo(model, query.get("modelVersionId") ?? undefined, undefined, refuse);
  throw refuse("of Civitai's addresses, those of models, versions and downloads are understood");
}

function referenceTo(
  model: string | undefined,
  version: string | undefined,
  file: string | undefined,
  refuse: (problem: string) => Error,
): CivitaiReference {
  const id = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    if (number < 1) throw refuse(`“${text.slice(0, 40)}” is no id of Civitai`);
    return number;
  };
  return { kind: "civitai", model: id(model), version: id(version), file: id(file) };
}
