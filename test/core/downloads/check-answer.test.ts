import assert from "node:assert/strict";
import { checkAnswer, looksLikePage } from "../../../src/core/downloads/check-answer.ts";
import { mayCarryToken, refuseHop } from "../../../src/core/downloads/redirects.ts";

const wanted = { file: "model.gguf", offset: 100, sizeBytes: 1000, etag: '"a"' };
const answer = (status: number, headers: Record<string, string>) => ({
  status,
  header: (name: string) => headers[name],
});

suite("judging an answer before its bytes", () => {
  test("the part that was asked for is appended", () => {
    const judged = checkAnswer(answer(206, { "content-range": "bytes 100-999/1000", etag: '"a"' }), wanted);
    assert.deepEqual(judged, { kind: "append", etag: '"a"' });
  });

  test("a weak etag is nothing to hold on to", () => {
    assert.deepEqual(checkAnswer(answer(200, { etag: 'W/"a"', "content-length": "1000" }), wanted), {
      kind: "fromStart",
      etag: undefined,
    });
  });

  for (const [what, given] of [
    ["another start", answer(206, { "content-range": "bytes 99-999/1000" })],
    ["another total", answer(206, { "content-range": "bytes 100-999/1001" })],
    ["an end beyond the total", answer(206, { "content-range": "bytes 100-1000/1000" })],
    ["no range", answer(206, {})],
    ["an unknown total", answer(206, { "content-range": "bytes 100-999/*" })],
    [
      "several parts",
      answer(206, { "content-type": "multipart/byteranges; boundary=x", "content-range": "bytes 100-999/1000" }),
    ],
    ["another etag", answer(206, { "content-range": "bytes 100-999/1000", etag: '"b"' })],
    ["another length", answer(200, { "content-length": "999" })],
    ["a page", answer(200, { "content-type": "text/html; charset=utf-8" })],
    ["a message", answer(200, { "content-type": "application/json" })],
    ["packing", answer(200, { "content-encoding": "br" })],
    ["nothing there", answer(416, { "content-range": "bytes */1000" })],
  ] as const) {
    test(`${what} is refused`, () => assert.equal(checkAnswer(given, wanted).kind, "refuse"));
  }

  test("JSON is what a JSON file is", () => {
    const config = { ...wanted, file: "config.json", offset: 0, etag: undefined };
    assert.equal(checkAnswer(answer(200, { "content-type": "application/json" }), config).kind, "fromStart");
  });

  test("a page is known by how it begins", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    assert.ok(looksLikePage(bytes("  <!DOCTYPE html><html>"), "model.gguf"));
    assert.ok(!looksLikePage(bytes("<!DOCTYPE html>"), "index.html"));
    assert.ok(!looksLikePage(bytes("GGUF"), "model.gguf"));
  });
});

suite("where a redirect may lead", () => {
  const home = new URL("https://hub.example");
  for (const [to, fine] of [
    ["https://cdn.example/x", true],
    ["http://cdn.example/x", false],
    ["http://127.0.0.1/x", false],
    ["https://10.0.0.5/x", false],
    ["https://169.254.169.254/latest/meta-data", false],
    ["https://[::1]/x", false],
    ["https://[2002:7f00:1::]/x", false],
    ["https://192.0.0.192/opc/v1", false],
    ["https://localhost./x", false],
    ["https://router.lan/x", false],
    ["https://user:word@cdn.example/x", false],
    ["ftp://cdn.example/x", false],
  ] as const) {
    test(`from a public hub to ${to}: ${fine ? "yes" : "no"}`, () => {
      assert.equal(
        refuseHop(new URL(to), home, { provider: "huggingface", allowPrivateHosts: false }) === undefined,
        fine,
      );
    });
  }

  test("the token stays at its origin, port and all, and off unencrypted networks", () => {
    assert.ok(mayCarryToken(new URL("https://hub.example/x"), home));
    assert.ok(!mayCarryToken(new URL("https://hub.example:8443/x"), home));
    assert.ok(!mayCarryToken(new URL("https://cdn.hub.example/x"), home));
    assert.ok(!mayCarryToken(new URL("http://nas.example/x"), new URL("http://nas.example")));
    assert.ok(mayCarryToken(new URL("http://127.0.0.1:80/x"), new URL("http://127.0.0.1")));
  });
});
