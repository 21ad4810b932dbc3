import type { KnownHeaders } from "../known-headers.ts";
import type { Reader } from "../reader.ts";
import { ggufLimits, windowSizes } from "./limits.ts";

/**
 * A place in the file and the bytes in sight from there. What is handed in may be used anew by whoever answers, so
 * nothing of a window is kept beyond the next question.
 */
export interface Cursor {
  littleEndian: boolean;
  readonly known: KnownHeaders | undefined;
  /** Why it goes no further: the file or the budget is at its end, or what stands there cannot be. */
  stopped: "end" | "budget" | { readonly malformed: string } | undefined;
  /** Offset in the file. */
  position(): number;
  /** Bytes in sight. */
  ahead(): number;
  /** Brings `count` bytes into sight; false, and stopped, where there are not so many. */
  need(count: number): Reader<boolean>;
  /** Passes over so many bytes, unread where they are not in sight. */
  skip(count: number): void;
  /** These take what is in sight: ask `need` before. */
  u8(): number;
  u32(): number;
  /** Undefined, and stopped, above 2^53. */
  u64(what: string): number | undefined;
  text(length: number): string;
  /** Another `view` than before: what was in sight is no more. */
  view(): { readonly bytes: Uint8Array; readonly view: DataView; readonly at: number };
  fail(malformed: string): undefined;
}

const NOTHING = new Uint8Array(0);

/** @param budget bytes that may be asked for in all */
export function createCursor(budget: number, known?: KnownHeaders): Cursor {
  let bytes: Uint8Array = NOTHING;
  let view = new DataView(bytes.buffer);
  let base = 0;
  let at = 0;
  let asked = 0;
  let left = budget;
  let walked = 0;
  const decoder = new TextDecoder();

  function* need(count: number): Reader<boolean> {
    if (bytes.length - at >= count) return true;
    if (cursor.stopped !== undefined) return false;
    walked += Math.min(at, bytes.length);
    if (walked > ggufLimits.walked) {
      cursor.fail("Its header is longer than any model's.");
      return false;
    }
    const size = windowSizes[Math.min(asked, windowSizes.length - 1)] ?? 0;
    const length = Math.min(Math.max(size, count), left);
    base += at;
    at = 0;
    if (length < count) {
      [bytes, view] = [NOTHING, new DataView(NOTHING.buffer)];
      cursor.stopped = "budget";
      return false;
    }
    asked += 1;
    left -= length;
    bytes = yield { offset: base, length };
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < count) cursor.stopped = "end";
    return bytes.length >= count;
  }

  const cursor: Cursor = {
    littleEndian: true,
    known,
    stopped: undefined,
    position: () => base + at,
    ahead: () => bytes.length - at,
    need,
    skip: (count) => {
      at += count;
    },
    u8: () => view.getUint8(at++),
    u32: () => {
      at += 4;
      return view.getUint32(at - 4, cursor.littleEndian);
    },
    u64: (what) => {
      const one = view.getUint32(at, cursor.littleEndian);
      const other = view.getUint32(at + 4, cursor.littleEndian);
      at += 8;
      const [low, high] = cursor.littleEndian ? [one, other] : [other, one];
      return high < 0x20_0000 ? high * 0x1_0000_0000 + low : cursor.fail(`${what} is impossibly large.`);
    },
    text: (length) => {
      const text = decoder.decode(bytes.subarray(at, at + length));
      at += length;
      return text;
    },
    view: () => ({ bytes, view, at }),
    fail: (malformed) => {
      cursor.stopped ??= { malformed };
      return undefined;
    },
  };
  return cursor;
}
