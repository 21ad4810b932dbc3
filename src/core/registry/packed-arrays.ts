/** Arrays of numbers under names, as one run of bytes: what is read of them is no copy. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
export type Sections = ReadonlyMap<string, Numbers>;

const kinds = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;
type Kind = keyof typeof kinds;

/** Every array begins at a multiple of it, as its numbers must. */
const ALIGNED = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNED) * ALIGNED;

/** Numbers lie there as this machine writes them. */
const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The length of a directory, the directory, and what it names: `[name, kind, count]` each. */
export function packArrays(sections: Sections): Uint8Array<ArrayBuffer> {
  const named = [...sections].map(([name, { BYTES_PER_ELEMENT: width, length }]) => [name, kindOf(width), length]);
  const directory = new TextEncoder().encode(JSON.stringify({ isLittle, named }));
  let at = aligned(4 + directory.length);
  const places = [...sections.values()].map((numbers) => {
    const place = at;
    at += aligned(numbers.byteLength);
    return { numbers, place };
  });
  const packed = new Uint8Array(at);
  new DataView(packed.buffer).setUint32(0, directory.length);
  packed.set(directory, 4);
  for (const { numbers, place } of places)
    packed.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), place);
  return packed;
}

/** undefined where the bytes are none of ours, or of a machine that writes numbers otherwise. */
export function unpackArrays(packed: Uint8Array<ArrayBuffer>): Sections | undefined {
  const { buffer, byteLength, byteOffset: start } = packed.byteOffset % ALIGNED === 0 ? packed : packed.slice();
  if (byteLength < 4) return undefined;
  const length = new DataView(buffer, start).getUint32(0);
  const named = length <= byteLength - 4 && namedIn(new Uint8Array(buffer, start + 4, length));
  if (!named) return undefined;
  const sections = new Map<string, Numbers>();
  let at = aligned(4 + length);
  for (const [name, kind, count] of named) {
    const make = kinds[kind];
    if (at + count * make.BYTES_PER_ELEMENT > byteLength) return undefined;
    sections.set(name, new make(buffer, start + at, count));
    at += aligned(count * make.BYTES_PER_ELEMENT);
  }
  return sections;
}

function kindOf(width: number): Kind {
  if (width === 8) return "f64";
  if (width === 4) return "u32";
  return width === 2 ? "u16" : "u8";
}

function namedIn(directory: Uint8Array): readonly (readonly [string, Kind, number])[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(directory));
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || !("isLittle" in parsed && "named" in parsed)) return undefined;
  if (parsed.isLittle !== isLittle || !Array.isArray(parsed.named)) return undefined;
  return parsed.named.flatMap((one: unknown) => {
    if (!Array.isArray(one)) return [];
    const [name, kind, count]: readonly unknown[] = one;
    const isKind = (text: unknown): text is Kind => typeof text === "string" && Object.hasOwn(kinds, text);
    return typeof name === "string" && isKind(kind) && typeof count === "number" ? [[name, kind, count] as const] : [];
  });
}
