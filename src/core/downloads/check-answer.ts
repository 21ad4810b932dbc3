import type { HttpResponse } from "../ports/http.ts";

/** What we have and want when we ask for a part of a file. */
export interface Wanted {
  readonly file: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Of the bytes there are. */
  readonly etag: string | undefined;
}

/** `changed`: it is another file by now, what is here is of no use. `odd`: it may be a slip; twice, it is not. */
export type Verdict =
  | { readonly kind: "append"; readonly etag: string | undefined }
  | { readonly kind: "fromStart"; readonly etag: string | undefined }
  | { readonly kind: "refuse"; readonly reason: string; readonly verdict: "bad" | "odd" | "changed" };

const refuse = (reason: string, verdict: "bad" | "odd" | "changed" = "bad"): Verdict => ({
  kind: "refuse",
  reason,
  verdict,
});

/** Judges the head of an answer of 200, 206 or 416. No byte of a body is taken before. */
export function checkAnswer(answer: Pick<HttpResponse, "status" | "header">, wanted: Wanted): Verdict {
  if (answer.status === 416) return refuse("it has nothing where the rest should be", "odd");
  const encoding = answer.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") return refuse(`it packs the file (${encoding})`);
  const wrong = wrongType(answer.header("content-type"), wanted.file);
  if (wrong !== undefined) return refuse(wrong);
  const etag = strong(answer.header("etag"));
  if (answer.status === 200) {
    const length = answer.header("content-length");
    if (length !== undefined && Number(length) !== wanted.sizeBytes) {
      return refuse(`it has ${length} bytes for us, not ${wanted.sizeBytes}`);
    }
    if (wanted.etag !== undefined && etag !== undefined && etag !== wanted.etag) {
      return refuse("the file has changed there", "changed");
    }
    return { kind: "fromStart", etag };
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.header("content-range") ?? "");
  if (!range) return refuse("it does not say which part it sends", "odd");
  const [start, end, total] = [Number(range[1]), Number(range[2]), Number(range[3])];
  if (start !== wanted.offset || end < start || end >= total) return refuse("it sends another part than we asked for");
  if (total !== wanted.sizeBytes) return refuse(`it has ${total} bytes for us, not ${wanted.sizeBytes}`);
  if (wanted.etag !== undefined && etag !== undefined && etag !== wanted.etag) {
    return refuse("the file has changed there", "changed");
  }
  return { kind: "append", etag: etag ?? wanted.etag };
}

/** Weak ones say “much the same”, which is nothing to go on with. */
const strong = (etag: string | undefined): string | undefined =>
  etag !== undefined && /^"[^"]+"$/.test(etag) ? etag : undefined;

/** A page where a file was asked for: a sign-in, a proxy's apology, an error in JSON. */
function wrongType(type: string | undefined, file: string): string | undefined {
  if (type === undefined) return undefined;
  if (/^text\/html\b|^application\/xhtml/i.test(type) && !isPage(file))
    return "it sends a web page in place of the file";
  if (/^application\/json\b/i.test(type) && !/\.(json|jsonl|ipynb|index)$/i.test(file)) {
    return "it sends a message in place of the file";
  }
  return /^multipart\//i.test(type) ? "it sends the file in pieces we did not ask for" : undefined;
}

const isPage = (file: string): boolean => /\.(html?|xhtml)$/i.test(file);

/** The same where the type says nothing: by how the first bytes read. */
export function looksLikePage(start: Uint8Array, file: string): boolean {
  if (isPage(file)) return false;
  const text = String.fromCharCode(...start.subarray(0, 64))
    .trimStart()
    .toLowerCase();
  return text.startsWith("<!doctype html") || text.startsWith("<html");
}
