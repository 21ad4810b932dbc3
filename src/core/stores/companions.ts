import { stemOf } from "../identify/file-name.ts";
import type { Member } from "./folder-files.ts";

/** llama.cpp takes one projector. F16 is what its tools write and every GPU computes; then the next best. */
const PRECISIONS = ["F16", "BF16", "Q8_0", "F32"];
const MARK = /(^|[-_.])(mmproj|mtp|draft)(?=[-_.]|$)/gi;

/**
 * The projector or draft for a model: of those named like it the best, else of those that are named like none.
 * @param stems of all models they could be for; where these are of several models, a nameless companion is for none
 */
export function companionFor(
  stem: string,
  companions: readonly Member[],
  stems: readonly string[],
): Member | undefined {
  if (companions.length === 0) return undefined;
  const named = companions.map((member) => ({ member, of: plain(companionStem(member)) }));
  const own = named.filter(({ of }) => of !== "" && alike(of, plain(stem)));
  const known = stems.map(plain);
  const nameless = named.filter(({ of }) => !known.some((one) => of !== "" && alike(of, one)));
  const free = new Set(known).size > 1 ? [] : nameless;
  return (own.length > 0 ? own : free)
    .map(({ member }) => member)
    .toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1))[0];
}

const rank = (member: Member): number => {
  const at = PRECISIONS.indexOf(member.facts.quantization ?? "");
  return at < 0 ? PRECISIONS.length : at;
};

const companionStem = ({ facts }: Member): string =>
  stemOf(facts.group, facts.quantization)
    .replaceAll(MARK, "")
    .replace(/^model$/i, "");

const alike = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

export const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
