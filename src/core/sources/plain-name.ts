import { refusePath } from "../downloads/safe-path.ts";

/** In bytes; `refusePath` allows little more. */
const LONGEST = 200;
const LONGEST_ENDING = 20;

/**
 * A stranger's name of a file as one that every system takes, with its ending; empty where nothing is left of it. One that
 * Windows keeps for a device gets a line before it.
 */
export function plainName(given: string): string {
  const clean = given
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .replaceAll(/[<>:"|?*\\/]/g, "_")
    .replace(/^[.\s]+/, "");
  const name = shortened(clean).replace(/[.\s]+$/, "");
  return name === "" || refusePath(name) === undefined ? name : `_${name}`;
}

function shortened(name: string): string {
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && name.length - dot <= LONGEST_ENDING ? name.slice(dot) : "";
  const letters = Array.from(name.slice(0, name.length - ending.length)).slice(0, LONGEST);
  const bytes = (): number => new TextEncoder().encode(letters.join("") + ending).length;
  while (letters.length > 0 && bytes() > LONGEST) letters.pop();
  return letters.join("") + ending;
}
