import assert from "node:assert/strict";
import { backendRows } from "../../../src/core/present/backend-rows.ts";

suite("what serves models here", () => {
  test("what is there comes first, then what is missing, with the way to get it", () => {
    const reason = { code: "imageMissing", message: "The image is not there.", facts: {} } as const;
    const rows = backendRows([
      {
        backend: "llama.cpp",
        runtimes: [
          { kind: "container", available: false, reason },
          { kind: "process", available: true, version: "b9999", address: "/usr/bin/llama-server" },
        ],
        usable: true,
        missing: [
          { what: "some/image:server", pull: "some/image:server" },
          { what: "Docker", command: "get docker" },
          { what: "luck" },
        ],
      },
    ]);
    assert.deepEqual(
      rows.map(({ label, detail, way }) => [label, detail, way.kind]),
      [
        ["llama.cpp as a program", "version b9999, at /usr/bin/llama-server", "there"],
        ["Pull some/image:server", "the image of llama.cpp", "pull"],
        ["Install Docker", "copies: get docker", "copy"],
        ["luck is missing", "for llama.cpp", "unknown"],
      ],
    );
  });
});
