/**
 * The head of an answer, as its first bytes have it. `odd`: another reader may make something of it, this one takes only
 * what can mean one thing.
 */
export type RawHead =
  | { readonly kind: "more" }
  | { readonly kind: "odd" }
  | {
      readonly kind: "head";
      readonly status: number;
      /** By lower-case name; what came several times is joined by commas. */
      readonly fields: ReadonlyMap<string, string>;
      /** Bytes of the body; 0 where it is not said of one that is no file's, which is left unread then. */
      readonly length: number;
      /** The connection is good for another request after it. */
      readonly reusable: boolean;
      /** Where in these bytes the body begins. */
      readonly end: number;
    };

/** Those of interim answers among them. */
const MOST_BYTES = 32 * 1024;
const START = "HTTP/1.1 ";
const STATUS = /^HTTP\/1\.1 ([1-5]\d\d)(?: [\t\u0020-\u007e\u0080-\u00ff]*)?$/;
/** A folded line begins with a space, which no name does. */
const FIELD = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):([\t\u0020-\u007e\u0080-\u00ff]*)$/;
const ODD: RawHead = { kind: "odd" };
const MORE: RawHead = { kind: "more" };

/** Interim answers are passed over. A file's body has an announced length, or it is odd. */
export function parseRawHead(given: Uint8Array): RawHead {
  const bytes = Buffer.from(given.buffer, given.byteOffset, Math.min(given.length, MOST_BYTES));
  for (let from = 0; ;) {
    const start = bytes.toString("latin1", from, from + START.length);
    if (!START.startsWith(start)) return ODD;
    const end = bytes.indexOf("\r\n\r\n", from, "latin1");
    if (end < 0) return given.length >= MOST_BYTES ? ODD : MORE;
    const head = headOf(bytes.toString("latin1", from, end), end + 4);
    if (head.kind !== "head" || head.status >= 200) return head;
    from = head.end;
  }
}

function headOf(text: string, end: number): RawHead {
  const [first = "", ...lines] = text.split("\r\n");
  const status = Number(STATUS.exec(first)?.[1]);
  // 101 would be the start of something else than HTTP.
  if (Number.isNaN(status) || status === 101) return ODD;
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = FIELD.exec(line) ?? [];
    if (name === "") return ODD;
    const [key, before] = [name.toLowerCase(), fields.get(name.toLowerCase())];
    if (key === "content-length" && before !== undefined) return ODD;
    fields.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }
  const bodiless = status < 200 || status === 204 || status === 304;
  const length = bodiless ? "0" : (fields.get("content-length") ?? "");
  const plain = !fields.has("transfer-encoding") && /^\d{1,15}$/.test(length);
  if (!plain && status < 300) return ODD;
  const reusable = plain && !/(^|[\s,])close([\s,]|$)/i.test(fields.get("connection") ?? "");
  return { kind: "head", status, fields, length: plain ? Number(length) : 0, reusable, end };
}
