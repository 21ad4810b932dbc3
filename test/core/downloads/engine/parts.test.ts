import assert from "node:assert/strict";
import { array, assert as check, integer, property, tuple } from "fast-check";
import { chooseProxy } from "../../../../src/core/adapters/choose-proxy.ts";
import { createExtents, extentSize } from "../../../../src/core/downloads/engine/extents.ts";
import { createGrowth } from "../../../../src/core/downloads/engine/growth.ts";
import { createLaneBudget } from "../../../../src/core/downloads/engine/lane-budget.ts";
import { createRanges } from "../../../../src/core/downloads/engine/ranges.ts";
import { isPrivateAddress } from "../../../../src/core/sources/url/private-address.ts";
import { never } from "../support.ts";

const MIB = 2 ** 20;

suite("the parts of a file", () => {
  test("ranges are what was added to them, however it was", () => {
    const size = 200;
    check(
      property(array(tuple(integer({ min: 0, max: size }), integer({ min: 0, max: 40 }))), (added) => {
        const ranges = createRanges();
        const bytes = new Set<number>();
        for (const [from, length] of added) {
          const end = Math.min(size, from + length);
          ranges.add({ from, end });
          for (let at = from; at < end; at += 1) bytes.add(at);
        }
        assert.equal(ranges.total(), bytes.size);
        let frontier = 0;
        while (bytes.has(frontier)) frontier += 1;
        assert.equal(ranges.frontier(), frontier);
        const missing = ranges.missing(size);
        assert.equal(
          missing.reduce((sum, one) => sum + one.end - one.from, 0),
          size - bytes.size,
        );
        for (const { from, end } of missing) for (let at = from; at < end; at += 1) assert.ok(!bytes.has(at));
      }),
    );
  });

  test("an extent is a 64th, but no less than 8 MiB and no more than 64", () => {
    assert.deepEqual([1, 1024 * MIB, 100 * 1024 * MIB].map(extentSize), [8 * MIB, 16 * MIB, 64 * MIB]);
  });

  test("extents come in order; at the end the longest one is halved; what is given back comes first", () => {
    const extents = createExtents([{ from: 0, end: 20 * MIB }], 20 * MIB);
    const [one, two, three] = [extents.take(Infinity), extents.take(Infinity), extents.take(Infinity)];
    assert.deepEqual([one?.at, two?.at, three?.at], [0, 8 * MIB, 16 * MIB]);
    assert.deepEqual(extents.take(Infinity), { at: 4 * MIB, end: 8 * MIB });
    assert.equal(one?.end, 4 * MIB);
    assert.ok(two);
    two.at += MIB;
    extents.giveBack(two);
    assert.deepEqual(extents.take(Infinity), { at: 9 * MIB, end: 16 * MIB });
  });

  test("nothing begins beyond the window", () => {
    const extents = createExtents([{ from: 0, end: 64 * MIB }], 64 * MIB);
    assert.equal(extents.take(8 * MIB)?.at, 0);
    assert.equal(extents.take(8 * MIB), undefined);
    assert.ok(!extents.any(8 * MIB));
    assert.ok(extents.any(9 * MIB));
  });
});

suite("how many connections", () => {
  /** @param rate bytes per millisecond of so many */
  const settled = (rate: (lanes: number, now: number) => number, limit?: number, busy = 0): number => {
    const growth = createGrowth({ most: 16, rate: () => limit, busy: () => busy });
    let [lanes, done] = [1, 0];
    for (let now = 0; now < 3000; now += 25) {
      done += rate(lanes, now) * 25;
      lanes = growth.wanted(now, done, lanes);
    }
    return lanes;
  };

  test("more for as long as more bring more", () => {
    assert.equal(
      settled((lanes) => lanes * 8000),
      16,
    );
  });
  test("no more than bring something", () => {
    assert.equal(
      settled((lanes) => Math.min(lanes, 8) * 8000),
      8,
    );
    assert.equal(
      settled(() => 100_000),
      1,
    );
  });
  test("and for the doing of something else that passes, none goes", () => {
    assert.equal(
      settled((lanes, now) => lanes * (now > 500 && now < 600 ? 1000 : 8000)),
      16,
    );
  });
  test("one where the machine is the limit, or the person", () => {
    assert.equal(
      settled(() => 400_000),
      1,
    );
    assert.equal(
      settled((lanes) => lanes * 40_000, undefined, 0.95),
      1,
    );
    assert.equal(
      settled(() => 50_000, 50_000_000),
      1,
    );
  });

  test("a first one comes before more, and nobody gets more than a host may have", async () => {
    const budget = createLaneBudget(16, 2);
    const one = await budget.first("a", never);
    const two = budget.more("a");
    assert.ok(two);
    assert.equal(budget.more("a"), undefined);
    const waits = budget.first("a", never);
    assert.ok(budget.wanted("a"));
    assert.equal(budget.more("b"), undefined, "who waits comes first");
    two();
    (await waits)();
    one();
    assert.ok(!budget.wanted("a"));
  });
});

suite("where a connection may lead", () => {
  for (const address of [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "ff02::1",
  ])
    test(`${address} is no public address`, () => assert.ok(isPrivateAddress(address)));
  for (const address of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "193.0.0.1"])
    test(`${address} is one`, () => assert.ok(!isPrivateAddress(address)));

  const net = { noProxy: ["example.org", "*.corp:8443"], strictSsl: true, systemCertificates: true };
  for (const [to, environment, expected] of [
    ["https://hub.example", { HTTPS_PROXY: "http://p:1" }, "http://p:1/"],
    ["https://hub.example", { HTTP_PROXY: "http://p:1" }, undefined],
    ["http://hub.example", { http_proxy: "p:1" }, "http://p:1/"],
    ["https://hub.example", { all_proxy: "http://p:1", NO_PROXY: "a.b, .example" }, undefined],
    ["https://www.example.org", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://x.corp:8443", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://x.corp", { HTTPS_PROXY: "http://p:1" }, "http://p:1/"],
    ["https://127.0.0.1", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://hub.example", { HTTPS_PROXY: "socks5://p:1" }, undefined],
  ] as const)
    test(`to ${to} with ${JSON.stringify(environment)}: ${expected ?? "straight"}`, () => {
      assert.equal(chooseProxy(new URL(to), net, environment)?.href, expected);
    });
  test("what the person set comes before the environment", () => {
    const set = { ...net, proxy: "http://own:2" };
    assert.equal(
      chooseProxy(new URL("https://hub.example"), set, { HTTPS_PROXY: "http://p:1" })?.href,
      "http://own:2/",
    );
  });
});
