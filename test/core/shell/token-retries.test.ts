import assert from "node:assert/strict";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { failedForToken, retryForToken } from "../../../src/extension/token-retries.ts";
import { aDownload } from "../../support/samples.ts";

const { signal } = new AbortController();

suite("downloads that failed for want of a token", () => {
  const failed = (id: string, provider?: string): Download =>
    aDownload({
      id,
      state: "failed",
      reason: { code: "unauthorized", message: "It wants a token.", facts: { ...(provider && { provider }) } },
    });

  test("are those of its provider, and a retry is of those that are there by then", async () => {
    let list = [failed("a"), failed("b", "civitai"), failed("c"), aDownload({ id: "d", state: "failed" })];
    const retried: unknown[] = [];
    const ask = createAsk(async (verb, args) => {
      if (verb === "downloads.list") return { downloads: list };
      retried.push(args);
      return { ids: [] };
    });
    assert.deepEqual(await failedForToken(ask, "huggingface", signal), ["a", "c"]);
    list = list.filter(({ id }) => id !== "a");
    await retryForToken(ask, "huggingface", signal);
    assert.deepEqual(retried, [{ ids: ["c"] }]);
    list = [];
    await retryForToken(ask, "huggingface", signal);
    assert.equal(retried.length, 1);
  });
});
