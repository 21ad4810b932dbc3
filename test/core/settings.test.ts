import assert from "node:assert/strict";
import { effectiveSettings } from "../../src/core/effective-settings.ts";
import { readSettings } from "../../src/core/settings.ts";
import { coreSettings } from "../../src/extension/contributions/core-settings.ts";

suite("settings", () => {
  test("without any, every default is in place and there is one location below the data folder", () => {
    const { settings, problems } = readSettings({}, "/data");
    assert.deepEqual(problems, []);
    assert.deepEqual(settings.locations, [{ name: "main", path: "/data/models", layout: "owner-repo" }]);
    assert.equal(settings.defaultLocation, "main");
    assert.equal(settings.downloads.parallel, 3);
    assert.equal(settings.serving.engine, "auto");
    assert.equal(settings.serving.healthTimeout, 300_000);
    assert.equal(settings.huggingface.endpoint, "https://huggingface.co");
  });

  test("what is given is taken", () => {
    const { settings, problems } = readSettings(
      {
        locations: { big: { path: "/mnt/big", layout: "flat" }, ssd: { path: "/ssd" } },
        defaultLocation: "ssd",
        "huggingface.endpoint": "http://127.0.0.1:8000/",
        "serving.engine": "process",
        "backends.llama.cpp.image": "local/llama:1",
        "profiles.files": ["/etc/models.conf"],
        "comfyui.extraModelPaths": ["/comfy/more.yaml", "/comfy/more.yaml"],
      },
      "/data",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      settings.locations.map(({ name, layout }) => [name, layout]),
      [
        ["big", "flat"],
        ["ssd", "owner-repo"],
      ],
    );
    assert.equal(settings.defaultLocation, "ssd");
    assert.equal(settings.huggingface.endpoint, "http://127.0.0.1:8000");
    assert.deepEqual(settings.backends["llama.cpp"], { image: "local/llama:1", binary: "llama-server" });
    assert.deepEqual(settings.profiles.files, ["/etc/models.conf"]);
    assert.deepEqual(settings.comfyui.extraModelPaths, ["/comfy/more.yaml"]);
  });

  test("an address for servers elsewhere is an IP address, and folders there are absolute", () => {
    const read = (values: Record<string, unknown>) => readSettings(values, "/data");
    for (const address of ["192.0.2.7", "0.0.0.0", "2001:db8::1"])
      assert.equal(read({ "serving.remoteAddress": address }).settings.serving.remoteAddress, address);
    const folders = { "/m": "/srv", "C:\\m": "/srv" };
    assert.deepEqual(read({ "serving.remoteFolders": folders }).settings.serving.remoteFolders, folders);
    for (const [key, value] of [
      ["serving.remoteAddress", "box"],
      ["serving.remoteAddress", "1.2.3.400"],
      ["serving.remoteAddress", "http://192.0.2.7"],
      ["serving.remoteFolders", { m: "/srv" }],
      ["serving.remoteFolders", { "/m": "srv" }],
      ["serving.remoteFolders", ["/m"]],
    ] as const)
      assert.deepEqual(
        read({ [key]: value }).problems.map((problem) => problem.key),
        [key],
      );
  });

  test("a value that cannot be used is named, and the default stands in", () => {
    const { settings, problems } = readSettings(
      {
        "serving.port": "eighty",
        "downloads.parallel": 0,
        "huggingface.endpoint": "ftp://x",
        locations: { here: { path: "relative" } },
        defaultLocation: "nowhere",
        "comfyui.extraModelPaths": ["more.yaml"],
      },
      "/data",
    );
    assert.deepEqual(problems.map((problem) => problem.key).sort(), [
      "comfyui.extraModelPaths",
      "defaultLocation",
      "downloads.parallel",
      "huggingface.endpoint",
      "locations",
      "serving.port",
    ]);
    assert.equal(settings.serving.port, 8080);
    assert.equal(settings.downloads.parallel, 3);
    assert.equal(settings.locations.length, 1);
  });

  test("roles are a list of names; an empty one is as if it were not given", () => {
    const roles = (value: unknown) => readSettings({ roles: value }, "/data");
    assert.equal(roles(undefined).settings.roles.length, 11);
    assert.deepEqual(roles(["chat", "poetry", "chat"]).settings.roles, ["chat", "poetry"]);
    assert.deepEqual(roles([]).settings.roles, roles(null).settings.roles);
    assert.deepEqual(roles([]).problems, []);
    assert.equal(roles(["two words"]).problems[0]?.key, "roles");
  });

  test("the effective settings are every key, with its value, where it comes from and what is wrong with it", () => {
    const values = {
      "serving.port": "eighty",
      "downloads.parallel": 5,
      "huggingface.endpoint": "https://me:secret@hub.example",
      "backends.llama.cpp.binary": "/opt/llama",
      locations: { here: { path: "relative" } },
      "gpu.enabled": true,
    };
    const { readings, problems } = readSettings(values, "/data");
    const effective = effectiveSettings(readings, undefined, problems);
    const keys = effective.map(({ key }) => key);
    assert.deepEqual(keys, [...coreSettings].map((key) => `modelDeck.${key}`).sort());
    const of = (key: string) => effective.find((one) => one.key === `modelDeck.${key}`);
    assert.deepEqual(of("downloads.parallel"), { key: "modelDeck.downloads.parallel", value: 5, origin: "given" });
    assert.deepEqual(of("serving.port"), {
      key: "modelDeck.serving.port",
      value: 8080,
      origin: "default",
      problem: "takes a port",
    });
    assert.equal(of("serving.healthTimeout")?.value, 300);
    assert.equal(of("huggingface.endpoint")?.value, "https://•••@hub.example");
    assert.deepEqual([of("weightsRoot")?.value, of("serving.dockerHost")?.value], [null, null]);
    assert.deepEqual(
      [of("backends.llama.cpp.binary")?.value, of("backends.llama.cpp.binary")?.origin],
      ["/opt/llama", "given"],
    );
    assert.equal(of("backends.llama.cpp.image")?.origin, "default");
    assert.deepEqual(of("locations")?.value, { main: { path: "/data/models", layout: "owner-repo" } });
    assert.equal(of("locations")?.origin, "default");
    assert.match(of("locations")?.problem ?? "", /^here takes/);
    // Where the opener knows who set what, the rest is at its default, although it was handed over.
    const known = effectiveSettings(readings, { "downloads.parallel": "remote" }, problems);
    assert.deepEqual(
      ["downloads.parallel", "gpu.enabled"].map((key) => known.find((one) => one.key.endsWith(key))?.origin),
      ["remote", "default"],
    );
  });
});
