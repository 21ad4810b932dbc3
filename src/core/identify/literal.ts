/** Bytes to be found in others, four at a time. */
export interface Literal {
  readonly length: number;
  readonly words: Uint32Array;
  /** What is left over, at most three. */
  readonly rest: Uint8Array;
}

export function literal(bytes: Uint8Array): Literal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(bytes.length >> 2);
  for (let index = 0; index < words.length; index += 1) words[index] = view.getUint32(4 * index, true);
  return { length: bytes.length, words, rest: bytes.slice(4 * words.length) };
}

export function standsAt(view: DataView, at: number, { length, words, rest }: Literal): boolean {
  if (at + length > view.byteLength) return false;
  let place = at;
  for (let index = 0; index < words.length; index += 1, place += 4)
    if (view.getUint32(place, true) !== words[index]) return false;
  for (let index = 0; index < rest.length; index += 1, place += 1)
    if (view.getUint8(place) !== rest[index]) return false;
  return true;
}

const ZERO = 48;

/** The digit that stands there; none: below 0 or above 9. */
export const digitAt = (view: DataView, at: number): number => (at < view.byteLength ? view.getUint8(at) - ZERO : -1);

export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
