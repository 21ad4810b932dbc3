import type { TensorSummary } from "./summary.ts";

type Asked = Pick<TensorSummary, "names" | "widthOf">;

/** Where the tensors' names stand in a header, and their last dimensions, for the few that are asked for them. */
export interface TensorPlaces {
  /** Forgets all. @param most that will come */
  begin(most: number): void;
  /** @param end after the name */
  add(start: number, end: number, width: number): void;
  /** They last until `begin`, or until the bytes are others. */
  of(header: Uint8Array): Asked;
  /** For good. @param copy of the header's bytes from there on, which stays as it is */
  kept(copy: Uint8Array, from: number): Asked;
}

const decoder = new TextDecoder();

export function createTensorPlaces(): TensorPlaces {
  let count = 0;
  let [starts, ends, widths] = placesFor(2048);
  return {
    begin: (most) => {
      count = 0;
      if (most > starts.length) [starts, ends, widths] = placesFor(2 * most);
    },
    add: (start, end, width) => {
      starts[count] = start;
      ends[count] = end;
      widths[count] = width;
      count += 1;
    },
    of: (header) => asked(header, 0, [starts.subarray(0, count), ends, widths]),
    kept: (copy, from) => asked(copy, from, [starts.slice(0, count), ends.slice(0, count), widths.slice(0, count)]),
  };
}

type Places = readonly [Uint32Array, Uint32Array, Float64Array];

const placesFor = (most: number): Places => [new Uint32Array(most), new Uint32Array(most), new Float64Array(most)];

const asked = (bytes: Uint8Array, from: number, [starts, ends, widths]: Places): Asked => ({
  names: (most) =>
    Array.from(starts.subarray(0, most), (start, index) =>
      decoder.decode(bytes.subarray(start - from, (ends[index] ?? start) - from)),
    ),
  widthOf: (index) => (index < starts.length ? (widths[index] ?? 0) : 0),
});
