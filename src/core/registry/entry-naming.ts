import { type EntryName, entryName } from "../util/ids.ts";

export interface NameParts {
  /** Repository tail, with its branch where that is part of it. */
  readonly family: string;
  readonly backend: string;
  readonly format?: string | undefined;
  readonly quantization?: string | undefined;
}

/** `<family>-<backend>-<format>-<quantization>`; what is unknown, or stands in what is before it, is left out. */
export function nameEntry({ family, backend, format, quantization }: NameParts): EntryName {
  let name = familySlug(family);
  for (const part of [backend === "unassigned" ? "" : partSlug(backend), partSlug(format), quantSlug(quantization)])
    if (part !== "" && !`-${name}-`.includes(`-${part}-`)) name = `${name}-${part}`;
  return entryName(name);
}

/** A quantization in a name, as `q4_k_m`, `iq2_xxs`, `fp8_e4m3`: the one place where an underscore stays. */
const QUANTS =
  /(?<![a-z0-9])(?:i?q\d_(?:k(?:_(?:xxs|xs|s|m|xl|l))?|xxs|xs|s|m|nl|\d(?:_\d)*)|tq\d_\d|mxfp4_moe|fp8_e\dm\d)(?![a-z0-9])/g;

/** Lower case, blanks and separators one dash each. */
export function familySlug(family: string): string {
  const lower = family.toLowerCase();
  let slug = "";
  let done = 0;
  for (const { 0: quant, index } of lower.matchAll(QUANTS)) {
    slug += lower.slice(done, index).replaceAll("_", "-") + quant;
    done = index + quant.length;
  }
  slug += lower.slice(done).replaceAll("_", "-");
  return dashed(slug) || "model";
}

const partSlug = (part: string | undefined): string => dashed((part ?? "").toLowerCase().replaceAll("_", "-"));
const quantSlug = (quant: string | undefined): string => dashed((quant ?? "").toLowerCase());

/** `|` parts the keys of characteristics, `:` those of entries; no keyboard has the long dashes of titles. */
const dashed = (text: string): string => text.replaceAll(/[\s/@\\|:\p{Pd}]+/gu, "-").replaceAll(/^-+|-+$/g, "");

/** As it is named today: earlier versions left the long dashes of titles in names. */
export const typeable = (name: string): EntryName =>
  /(?!-)\p{Pd}/u.test(name)
    ? entryName(name.replaceAll(/\p{Pd}+/gu, "-").replaceAll(/^-|-$/g, "") || name)
    : entryName(name);
