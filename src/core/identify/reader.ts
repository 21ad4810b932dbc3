/** Bytes a reader wants to see. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * A reader of a file that touches none: it yields what it wants to see and is handed it, as many bytes as there are from
 * there on, at most `length`; fewer only where the file ends. They last until the next question. So one reader serves an
 * open file, a range request and a buffer, and a test can feed it anything.
 */
export type Reader<T> = Generator<ByteRange, T, Uint8Array>;

/** What a file that is not what it says has instead of facts: a sentence for people, without the path. */
export interface Malformed {
  readonly malformed: string;
}

export const isMalformed = (read: object): read is Malformed => "malformed" in read;

/** Runs a reader over whatever answers at once. */
export function read<T>(reader: Reader<T>, answer: (range: ByteRange) => Uint8Array): T {
  let step = reader.next();
  while (step.done !== true) step = reader.next(answer(step.value));
  return step.value;
}

/** Runs a reader over whatever takes its time. */
export async function readSlowly<T>(
  reader: Reader<T>,
  answer: (range: ByteRange, signal: AbortSignal) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<T> {
  let step = reader.next();
  while (step.done !== true) {
    signal.throwIfAborted();
    step = reader.next(await answer(step.value, signal));
  }
  return step.value;
}

export const readBuffer = <T>(reader: Reader<T>, buffer: Uint8Array): T =>
  read(reader, ({ offset, length }) => buffer.subarray(offset, offset + length));
