import { foldCase } from "./fact-fits.ts";
import type { Numbers, Sections } from "./packed-arrays.ts";

/** Texts, each once, by a number from 1 on; 0 stands for none. */
export interface PackedTexts {
  of(id: number): string | null;
  /** As NOCASE takes it. */
  folded(id: number): string;
  /** One behind the other, as NOCASE takes them. */
  allFolded(): string;
  /** Numbers go up to this one. */
  readonly last: number;
}

export interface TextPack {
  idOf(text: string | null): number;
  sections(name: string): readonly (readonly [string, Numbers])[];
}

export function createTextPack(): TextPack {
  const ids = new Map<string, number>();
  return {
    idOf: (text) => {
      if (text === null) return 0;
      const known = ids.get(text);
      if (known !== undefined) return known;
      ids.set(text, ids.size + 1);
      return ids.size;
    },
    sections: (name) => {
      const ends: number[] = [];
      let end = 0;
      for (const text of ids.keys()) ends.push((end += text.length));
      return [
        [`${name} ends`, Uint32Array.from(ends)],
        [`${name} texts`, new TextEncoder().encode([...ids.keys()].join(""))],
      ];
    },
  };
}

/** Each is made when it is first looked at. undefined where they are not there. */
export function textsIn(sections: Sections, name: string): PackedTexts | undefined {
  const [ends, bytes] = [sections.get(`${name} ends`), sections.get(`${name} texts`)];
  if (!ends || !bytes) return undefined;
  let whole: string | undefined;
  let wholeFolded: string | undefined;
  // As long from the start: one that grows by leaps is kept otherwise, and takes long to look into.
  const known: (string | undefined)[] = Array.from({ length: ends.length + 1 });
  // A mark of byte order is a character of the first text.
  const all = (): string => (whole ??= new TextDecoder("utf-8", { ignoreBOM: true }).decode(asBytes(bytes)));
  const allFolded = (): string => (wholeFolded ??= foldCase(all()));
  const part = (text: string, id: number): string => text.slice(id === 1 ? 0 : ends[id - 2], ends[id - 1]);
  return {
    of: (id) => (id === 0 ? null : (known[id] ??= part(all(), id))),
    allFolded,
    last: ends.length,
    // Folding changes no lengths.
    folded: (id) => (id === 0 ? "" : part(allFolded(), id)),
  };
}

const asBytes = (numbers: Numbers): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** In as few bytes each as they take. */
export function narrow(ids: readonly number[]): Numbers {
  let most = 0;
  for (const id of ids) most = Math.max(most, id);
  if (most < 2 ** 8) return Uint8Array.from(ids);
  return most < 2 ** 16 ? Uint16Array.from(ids) : Uint32Array.from(ids);
}
