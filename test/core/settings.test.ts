import assert from "node:assert/strict";
import { readSettings } from "../../src/core/settings.ts";

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
  });

  test("a value that cannot be used is named, and the default stands in", () => {
    const { settings, problems } = readSettings(
      {
        "serving.port": "eighty",
        "downloads.parallel": 0,
        "huggingface.endpoint": "ftp://x",
        locations: { here: { path: "relative" } },
        defaultLocation: "nowhere",
      },
      "/data",
    );
    assert.deepEqual(problems.map((problem) => problem.key).sort(), [
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
});
