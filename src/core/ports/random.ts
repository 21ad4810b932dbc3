export interface Random {
  /** A new name no one else has: lower-case hex and dashes. */
  id(): string;
  /** Even over [0, 1). */
  fraction(): number;
  /** A secret of that many random bytes, base64url. */
  secret(byteCount: number): string;
}
