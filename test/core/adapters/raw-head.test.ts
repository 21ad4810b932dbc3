import assert from "node:assert/strict";
import { assert as holds, integer, nat, property, uint8Array } from "fast-check";
import { type RawHead, parseRawHead } from "../../../src/core/adapters/raw-head.ts";

const parse = (text: string): RawHead => parseRawHead(Buffer.from(text, "latin1"));
const GOOD = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nETag: "a"\r\nX-A: 1\r\nx-a: 2\r\n\r\n';

suite("the head of an answer, read from a socket", () => {
  test("is read as it was written", () => {
    const head = parse(`${GOOD}12345`);
    assert.ok(head.kind === "head");
    assert.equal(head.status, 206);
    assert.equal(head.length, 5);
    assert.equal(head.reusable, true);
    assert.equal(head.end, GOOD.length);
    assert.equal(head.fields.get("etag"), '"a"');
    assert.equal(head.fields.get("x-a"), "1, 2");
  });

  test("is asked for more of wherever it is cut", () => {
    for (let end = 0; end < GOOD.length; end += 1) assert.equal(parse(GOOD.slice(0, end)).kind, "more", String(end));
  });

  test("passes over interim answers", () => {
    const head = parse(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${GOOD}`);
    assert.ok(head.kind === "head");
    assert.equal(head.status, 206);
  });

  test("of a connection that will be closed says so", () => {
    const head = parse("HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\nContent-Length: 0\r\n\r\n");
    assert.ok(head.kind === "head");
    assert.equal(head.reusable, false);
  });

  test("without a length is taken of a refusal or a redirect, whose body nobody reads, and ends the connection", () => {
    const head = parse("HTTP/1.1 302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert.ok(head.kind === "head");
    assert.deepEqual([head.status, head.length, head.reusable], [302, 0, false]);
  });

  const odd: Readonly<Record<string, string>> = {
    "another protocol": "HTTP/2 200\r\n\r\n",
    "an older version": "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n",
    "no status": "HTTP/1.1 OK\r\n\r\n",
    "a switch to another protocol": "HTTP/1.1 101 Switching\r\nContent-Length: 0\r\n\r\n",
    "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "a list of lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
    "a negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "a length in another notation": "HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n",
    "no length": "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
    chunks: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunks and a length": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a folded line": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-A: 1\r\n more\r\n\r\n",
    "a space before the colon": "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n",
    "a line without a colon": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nnothing\r\n\r\n",
    "a bare line feed": "HTTP/1.1 200 OK\r\nContent-Length: 1\nX-A: 1\r\n\r\n",
    "a bare carriage return": "HTTP/1.1 200 OK\r\nX-A: 1\rContent-Length: 1\r\n\r\n",
    "a zero byte": "HTTP/1.1 200 OK\r\nX-A: \0\r\nContent-Length: 1\r\n\r\n",
    "no end in sight": `HTTP/1.1 200 OK\r\n${"X-A: 1\r\n".repeat(5000)}`,
    "interim answers without an end": "HTTP/1.1 100 Continue\r\n\r\n".repeat(2000),
  };
  for (const [what, text] of Object.entries(odd))
    test(`with ${what} is another's to read`, () => assert.equal(parse(text).kind, "odd"));

  test("of garbage is odd, or cut short, and never thrown over", () => {
    holds(
      property(uint8Array({ maxLength: 300 }), (bytes) => {
        assert.notEqual(parseRawHead(bytes).kind, "head");
      }),
    );
  });

  test("with one byte turned into another is read as a whole head, or not at all", () => {
    holds(
      property(nat(GOOD.length - 1), integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = Buffer.from(GOOD, "latin1");
        bytes[at] = byte;
        const head = parseRawHead(bytes);
        if (head.kind === "head") assert.ok(head.end <= bytes.length && Number.isSafeInteger(head.length));
      }),
      { numRuns: 500 },
    );
  });

  test("of a long line of blanks takes no time to speak of", () => {
    assert.equal(parse(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-A:${" ".repeat(30_000)}\u0001\r\n\r\n`).kind, "odd");
  });
});
