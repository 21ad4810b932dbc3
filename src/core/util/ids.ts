/**
 * Units and ids as types: a number of bytes is not a number of milliseconds, and no id is another's.
 * The only file that brands, hence the only one that may assert.
 */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type Bytes = Brand<number, "Bytes">;
export type Millis = Brand<number, "Millis">;
/** Lower-case hex, 64 digits. */
export type Sha256 = Brand<string, "Sha256">;
/** Lower-case hex, 40 digits: sha1 over `blob <size>\0` and the content, as git names its blobs. */
export type GitSha1 = Brand<string, "GitSha1">;
/** An entry's name, see operations.md: `<family>-<backend>-<format>-<quantization>`. */
export type EntryName = Brand<string, "EntryName">;
/** A section of models.conf, `a-zA-Z0-9_-`. */
export type ProfileId = Brand<string, "ProfileId">;

export const bytes = (count: number): Bytes => count as Bytes;
export const millis = (count: number): Millis => count as Millis;
export const seconds = (count: number): Millis => (count * 1000) as Millis;
export const entryName = (name: string): EntryName => name as EntryName;
export const profileId = (id: string): ProfileId => id as ProfileId;

/** The digest, or undefined where the text is none. */
export const parseSha256 = (text: string): Sha256 | undefined =>
  /^[0-9a-f]{64}$/i.test(text) ? (text.toLowerCase() as Sha256) : undefined;
/** The digest, or undefined where the text is none. */
export const parseGitSha1 = (text: string): GitSha1 | undefined =>
  /^[0-9a-f]{40}$/i.test(text) ? (text.toLowerCase() as GitSha1) : undefined;
