import assert from "node:assert/strict";
import { backendsDocument } from "../../../src/core/present/backends-document.ts";
import { troubleOf } from "../../../src/core/present/trouble.ts";
import type { BackendStatus } from "../../../src/core/protocol/serving.ts";
import type { Fault } from "../../../src/core/util/faults.ts";

const away = (fault: Fault, missing: BackendStatus["missing"] = []): BackendStatus => ({
  backend: "llama.cpp",
  runtimes: [{ kind: "container", available: false, reason: troubleOf(fault) }],
  image: { name: "local/x:1", present: false },
  usable: false,
  missing,
});

suite("the page of what can serve", () => {
  test("names what is there, with its version, its address and another machine's name", () => {
    const page = backendsDocument([
      {
        backend: "llama.cpp",
        runtimes: [
          { kind: "container", available: true, version: "28.1", address: "tcp://box:2376", host: "box" },
          { kind: "process", available: true, version: "b1", address: "/usr/bin/llama-server" },
        ],
        image: { name: "local/x:1", present: true, digest: "sha256:0123456789abcdef" },
        binary: { name: "llama-server", path: "/usr/bin/llama-server" },
        usable: true,
        missing: [],
      },
    ]);
    assert.match(page, /can be served now/);
    assert.match(page, /version 28\\\.1, at `tcp:\/\/box:2376` \(on box\)/);
    assert.match(page, /`local\/x:1` \| `sha256:0123456789ab`/);
    assert.match(page, /as a program \| version b1, at `\/usr\/bin\/llama-server`/);
  });

  for (const [fault, message, remedy] of [
    [
      { code: "engineUnreachable", address: "unix:///s", reason: "nothing listens there" },
      /nothing listens there/,
      /Start Docker or Podman/,
    ],
    [{ code: "imageMissing", image: "local/x:1" }, /is not on this machine/, /Pull it/],
    [{ code: "engineElsewhere", engine: "tcp://box" }, /another machine/, /Name in the settings the address/],
  ] as const)
    test(`${fault.code} is a sentence with its one remedy`, () => {
      const page = backendsDocument([away(fault)]);
      assert.match(page, message);
      assert.match(page, remedy);
      assert.match(page, /Nothing of it can be served now/);
    });

  test("what is missing is had by a pull or by the platform's own command", () => {
    const page = backendsDocument([
      away({ code: "imageMissing", image: "local/x:1" }, [
        { what: "local/x:1", pull: "local/x:1" },
        { what: "Docker", command: "brew install docker" },
        { what: "thing" },
      ]),
    ]);
    assert.match(page, /- `local\/x:1` is not here: Model Deck: Pull Server Image/);
    assert.match(page, /- `Docker`: `brew install docker`/);
    assert.match(page, /- `thing` is missing\.$/m);
  });
});
