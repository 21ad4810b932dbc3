/**
 * Takes secrets out of a text. Every log line, error and diagnostic passes here before it leaves the core.
 * By shape (tokens of Hugging Face, signed URLs, Authorization headers), and by value for the secrets it was told of.
 */
export interface Redactor {
  (text: string): string;
  /** From now on this value is taken out wherever it stands. Values under 6 characters are ignored. */
  learn(secret: string): void;
}

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(authorization|proxy-authorization|cookie|set-cookie|x-api-key)(["']?\s*[:=]\s*["']?)[^\r\n"',}]+/gi, "$1$2•••"],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, "$1 •••"],
  [/\bhf_[A-Za-z0-9]{8,}/g, "hf_•••"],
  // Query parameters that carry a right: Civitai's token, S3's and CloudFront's signatures.
  [
    /([?&;](?:token|access_token|api_key|apikey|key|signature|sig|policy|key-pair-id|x-amz-[\w-]+|x-goog-[\w-]+)=)[^&\s"'<>)]+/gi,
    "$1•••",
  ],
  // user:password@ in an address
  [/(\b[a-z][\w+.-]*:\/\/)[^/\s:@]+:[^/\s@]+@/gi, "$1•••@"],
];

export function createRedactor(): Redactor {
  const learned = new Set<string>();
  const redact = (text: string): string => {
    let clean = text;
    for (const secret of learned) clean = clean.replaceAll(secret, "•••");
    for (const [shape, instead] of SHAPES) clean = clean.replaceAll(shape, instead);
    return clean;
  };
  return Object.assign(redact, {
    learn: (secret: string) => {
      if (secret.length >= 6) learned.add(secret);
    },
  });
}
