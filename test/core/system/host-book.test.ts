import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { createGotHttp } from "../../../src/core/adapters/got-http.ts";
import { createNetAgents } from "../../../src/core/adapters/net-agents.ts";
import { DEFAULT_NET } from "../../../src/core/adapters/choose-proxy.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { createNetFetch } from "../../../src/core/adapters/net-fetch.ts";
import { createNodeWeb } from "../../../src/core/adapters/node-web.ts";
import { toldFetch, toldHttp } from "../../../src/core/adapters/told-hosts.ts";
import { retryAfter } from "../../../src/core/sources/hub-faults.ts";
import { createHostBook } from "../../../src/core/system/host-book.ts";
import { bytes, millis } from "../../../src/core/util/ids.ts";

const never = new AbortController().signal;

suite("what is known of hosts", () => {
  test("is what each did last; the wait it asked for holds until it is over, whatever it does meanwhile", () => {
    let now = Date.parse("2026-11-21T10:00:00.000Z");
    const book = createHostBook({ wall: () => now });
    book.answered("b.example");
    book.silent("a.example", { code: "network", host: "a.example", reason: "ENOTFOUND" });
    book.waits("c.example", millis(60_000));
    const states = (): unknown => book.list().map(({ host, state, until }) => [host, state, until]);
    const opens = "2026-11-21T10:01:00.000Z";
    assert.deepEqual(states(), [
      ["a.example", "offline", undefined],
      ["b.example", "reachable", undefined],
      ["c.example", "waiting", opens],
    ]);
    const [a, b, c] = book.list();
    assert.deepEqual([a?.reason?.code, b?.reason, c?.reason?.code], ["network", undefined, "rateLimited"]);
    assert.equal(a?.askedAt, "2026-11-21T10:00:00.000Z");
    now += 30_000;
    book.answered("a.example");
    book.answered("c.example");
    book.waits("c.example", millis(1000));
    assert.deepEqual(states(), [
      ["a.example", "reachable", undefined],
      ["b.example", "reachable", undefined],
      ["c.example", "waiting", opens],
    ]);
    now += 30_000;
    assert.equal(book.list()[2]?.state, "reachable");
  });

  test("is that it answers, where it answers with an error", () => {
    const book = createHostBook({ wall: () => 0 });
    book.silent("a.example", { code: "network", host: "a.example", reason: "status 500" });
    assert.deepEqual(
      book.list().map(({ state, reason }) => [state, reason]),
      [["reachable", undefined]],
    );
  });

  test("is told also of one that asks for a wait beyond all dates", () => {
    const book = createHostBook({ wall: () => Date.now() });
    for (const [name, value] of [
      ["retry-after", "9".repeat(400)],
      ["ratelimit", `"api";r=0;t=${"9".repeat(20)}`],
    ]) {
      const wait = retryAfter({ header: (asked) => (asked === name ? value : undefined) });
      book.waits(`${name}.example`, wait ?? assert.fail("no wait was read"));
    }
    assert.deepEqual(
      book.list().map(({ state }) => state),
      ["waiting", "waiting"],
    );
  });

  test("is forgotten of the one that was asked longest ago, where they are many", () => {
    const book = createHostBook({ wall: () => 0 });
    for (let at = 0; at < 64; at += 1) book.answered(`${at}.example`);
    book.answered("0.example");
    book.answered("another.example");
    const hosts = new Set(book.list().map(({ host }) => host));
    assert.deepEqual([hosts.size, hosts.has("0.example"), hosts.has("1.example")], [64, true, false]);
  });

  suite("noted by those who ask them", () => {
    let status = 200;
    /** Hangs up before any answer. It keeps its port, which somebody else would get otherwise. */
    let isAway = false;
    let server: http.Server;
    let host = "";
    setup(async () => {
      [status, isAway] = [200, false];
      server = http.createServer((_, response) => {
        if (isAway) return void response.destroy();
        response.writeHead(status, { "retry-after": "60" }).end("x");
      });
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    teardown(() => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(resolve));
    });

    const book = createHostBook(nodeClock);
    const known = (of = host) => book.list().find((one) => one.host === of);
    const got = toldHttp(createGotHttp(createNetAgents(DEFAULT_NET)), book);
    const web = createNodeWeb(toldFetch(createNetFetch(), book));
    // Each has a port of its own at which nobody listens, and which no system hands out.
    for (const [name, refusing, askAt] of [
      [
        "small questions to hubs",
        "127.0.0.1:2",
        (at: string, signal: AbortSignal) => web.ask({ url: `http://${at}/a`, limit: bytes(100) }, signal),
      ],
      [
        "questions to direct addresses",
        "127.0.0.1:3",
        async (at: string, signal: AbortSignal) =>
          (await got.request({ url: `http://${at}/a`, headers: {} }, signal)).discard(),
      ],
    ] as const)
      test(name, async () => {
        const ask = (signal: AbortSignal) => askAt(host, signal);
        await assert.rejects(async () => ask(AbortSignal.abort()));
        assert.equal(known(), undefined);
        status = 404;
        await ask(never);
        assert.equal(known()?.state, "reachable");
        isAway = true;
        await assert.rejects(ask(never), { code: "network" });
        assert.deepEqual([known()?.state, known()?.reason?.code], ["offline", "network"]);
        await assert.rejects(askAt(refusing, never), { code: "network" });
        assert.deepEqual([known(refusing)?.state, known(refusing)?.reason?.code], ["offline", "network"]);
        isAway = false;
        status = name === "small questions to hubs" ? 429 : 503;
        await ask(never);
        assert.equal(known()?.state, "waiting");
        const until = Date.parse(known()?.until ?? "");
        assert.ok(until > Date.now() + 30_000 && until <= Date.now() + 60_000, known()?.until);
      });
  });
});
