import assert from "node:assert/strict";
import { parseAddress } from "../../../src/core/adapters/docker-address.ts";
import { missingSource } from "../../../src/core/adapters/docker-files-there.ts";
import { notPublished, placeOf, placedSpec, urlOf } from "../../../src/core/adapters/docker-place.ts";
import type { ContainerSpec, Mount } from "../../../src/core/ports/runtime.ts";
import { commandLine } from "../../../src/core/serving/desk/command-line.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";

const spec = (...mounts: readonly Mount[]): ContainerSpec => ({
  kind: "container",
  image: "x",
  group: "default",
  args: [],
  environment: {},
  labels: {},
  hostPort: 8080,
  containerPort: 80,
  mounts,
  workingFolder: "/",
  hardening: { readOnlyRoot: true, temporary: {}, processLimit: 64 },
  gpus: "none",
});
const far = (folders: Record<string, string>) =>
  ({ kind: "there", host: "box", publish: "192.0.2.7", folders }) as const;

suite("where an engine's containers are", () => {
  for (const [address, remoteAddress, expected] of [
    ["unix:///run/docker.sock", "192.0.2.7", { kind: "here" }],
    ["npipe:////./pipe/docker_engine", undefined, { kind: "here" }],
    ["tcp://localhost:2375", undefined, { kind: "here" }],
    ["tcp://127.0.0.2:2375", undefined, { kind: "here" }],
    ["tcp://[::1]:2375", undefined, { kind: "here" }],
    ["tcp://box:2375", undefined, { kind: "there", host: "box", publish: undefined, folders: {} }],
    ["tcp://box:2375", "192.0.2.7", { kind: "there", host: "box", publish: "192.0.2.7", folders: {} }],
    ["tcp://192.0.2.7", "127.0.0.1", { kind: "there", host: "192.0.2.7", publish: "127.0.0.1", folders: {} }],
  ] as const)
    test(`${address}, with ${remoteAddress ?? "no address"} for its servers`, () => {
      const parsed = parseAddress(address);
      assert.deepEqual(parsed && placeOf(parsed, { remoteAddress, remoteFolders: {} }), expected);
    });

  test("nothing is started on another machine before an address is named for its servers", () => {
    const [here, box] = [parseAddress("unix:///run/docker.sock"), parseAddress("tcp://box:2375")];
    assert.ok(here && box);
    const why = (address: typeof box, remoteAddress: string | undefined) =>
      notPublished(address, placeOf(address, { remoteAddress, remoteFolders: {} }));
    assert.deepEqual(why(box, undefined), { code: "engineElsewhere", engine: "tcp://box:2375" });
    assert.deepEqual([why(box, "192.0.2.7"), why(here, undefined)], [undefined, undefined]);
  });

  for (const [publish, host, expected] of [
    ["127.0.0.1", undefined, "http://127.0.0.1:80"],
    ["192.0.2.7", "box", "http://192.0.2.7:80"],
    ["0.0.0.0", "box", "http://box:80"],
    ["::", "box", "http://box:80"],
    ["2001:db8::1", "box", "http://[2001:db8::1]:80"],
    ["127.0.0.1", "box", "http://127.0.0.1:80"],
    ["0.0.0.0", undefined, "http://127.0.0.1:80"],
  ] as const)
    test(`a port published at ${publish} of ${host ?? "this machine"} answers at ${expected}`, () =>
      assert.equal(urlOf(80, publish, host), expected));

  for (const [folders, source, expected] of [
    [{ "/m": "/srv" }, "/m/a/b.gguf", "/srv/a/b.gguf"],
    [{ "/m/": "/srv/" }, "/m/b.gguf", "/srv/b.gguf"],
    [{ "/m": "/srv", "/m/a": "/fast" }, "/m/a/b.gguf", "/fast/b.gguf"],
    [{ "/m": "/srv" }, "/m", "/srv"],
    [{ "/": "/" }, "/m/b.gguf", "/m/b.gguf"],
    [{ "C:\\models": "/srv" }, "c:\\Models\\a\\b.gguf", "/srv/a/b.gguf"],
    [{ "C:/models": "/srv" }, "C:\\models\\b.gguf", "/srv/b.gguf"],
    [{ "/m": "D:\\srv" }, "/m/a/b.gguf", "D:\\srv\\a\\b.gguf"],
    [{ "/m": "/srv" }, "/models/b.gguf", undefined],
    [{}, "/m/b.gguf", undefined],
  ] as const)
    test(`${source} by ${JSON.stringify(folders)} is ${expected ?? "nowhere"}`, () => {
      const place = () => placedSpec(spec({ source, target: "/t" }), far(folders)).mounts[0]?.source;
      if (expected !== undefined) return assert.equal(place(), expected);
      assert.throws(place, (error) => isFault(error, "notOnEngine") && error.fault.there === undefined);
    });

  test("a file is looked for as it is named, and where no folder holds that, as its links resolve", () => {
    const mount = { source: "/blobs/1", named: "/m/a.gguf", target: "/t", size: bytes(3) };
    const sources = [{ "/m": "/srv", "/blobs": "/there" }, { "/blobs": "/there" }].map(
      (folders) => placedSpec(spec(mount), far(folders)).mounts[0]?.source,
    );
    assert.deepEqual(sources, ["/srv/a.gguf", "/there/1"]);
  });

  test("on this machine nothing of a spec changes", () => {
    const given = spec({ source: "/a", target: "/t" });
    assert.equal(placedSpec(given, { kind: "here" }), given);
  });

  test("the command that is shown has the address and the paths of that machine", () => {
    const { text } = commandLine(placedSpec(spec({ source: "/m/a", target: "/t" }), far({ "/m": "/srv" })), false);
    assert.match(text, /-p 192\.0\.2\.7:8080:80/);
    assert.match(text, /src=\/srv\/a,dst=\/t/);
  });

  test("what engines say of a file that is not there names it", () => {
    for (const said of [
      '(HTTP code 400) unexpected - invalid mount config for type "bind": bind source path does not exist: /srv/my a.gguf',
      "(HTTP code 500) server error - statfs /srv/my a.gguf: no such file or directory",
    ])
      assert.equal(missingSource(said), "/srv/my a.gguf");
    assert.equal(missingSource("no room"), undefined);
  });
});
