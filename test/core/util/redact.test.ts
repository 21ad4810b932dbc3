import assert from "node:assert/strict";
import { createRedactor } from "../../../src/core/util/redact.ts";
import { redactedLog } from "../../../src/core/util/redacted-log.ts";

suite("redaction (P7)", () => {
  const redact = createRedactor();
  const secret = "AbCdEf123456789";
  for (const line of [
    `Authorization: Bearer ${secret}`,
    `{"authorization":"Bearer ${secret}","x":1}`,
    `sent bearer ${secret} to it`,
    `https://host/a?token=${secret}&x=1`,
    `https://cdn/a?X-Amz-Signature=${secret}&X-Amz-Credential=${secret}`,
    `https://cdn/a?Policy=${secret}&Signature=${secret}&Key-Pair-Id=${secret}`,
    `https://user:${secret}@host/a`,
    `token hf_${secret} refused`,
    `cookie: session=${secret}`,
  ]) {
    test(`hides the secret of: ${line.replaceAll(secret, "…")}`, () => {
      assert.equal(redact(line).includes(secret), false, redact(line));
    });
  }

  test("leaves what is no secret as it is", () => {
    const line = "GET https://huggingface.co/api/models/owner/repo?expand=true 200 in 12 ms, keyboard=us";
    assert.equal(redact(line), line);
  });

  test("hides a secret it was told of, wherever it stands", () => {
    const learned = createRedactor();
    learned.learn("plain-looking");
    assert.equal(learned("it is plain-looking, you see"), "it is •••, you see");
  });

  test("an error's causes are told, redacted; what hangs on the error is not", () => {
    const lines: string[] = [];
    const log = redactedLog((level, line) => lines.push(`${level} ${line}`), redact);
    const cause = Object.assign(new Error(`GET https://h/?token=${secret}`), {
      options: { password: "hunter2hunter2" },
    });
    log.error("fetching failed", new Error("outer", { cause }));
    assert.match(lines[0] ?? "", /^error fetching failed\nError: outer[^]*caused by Error: GET/);
    assert.equal(lines[0]?.includes(secret), false);
    assert.equal(lines[0]?.includes("hunter2"), false);
  });
});
