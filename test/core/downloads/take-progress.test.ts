import assert from "node:assert/strict";
import { createItem } from "../../../src/core/downloads/item.ts";
import { showItem } from "../../../src/core/downloads/show-item.ts";
import { takeProgress } from "../../../src/core/downloads/take-progress.ts";
import type { TransferProgress } from "../../../src/core/downloads/transfers.ts";

/** What is shown after each word of a transfer of 1000 bytes: bytes, and the reason where there is one. */
function shown(told: readonly (readonly [TransferProgress["phase"], number])[], guessedAt?: number): string {
  const item = createItem(
    {
      version: 1,
      provider: "huggingface",
      repository: "owner/model",
      revision: "main",
      commit: "0",
      variant: "Q4_K_M",
      root: "/models",
      folder: "/models",
      madeFolders: [],
      force: false,
      tags: [],
      characteristics: [],
      files: [{ path: "a.gguf", target: "/models/a.gguf", sizeBytes: 1000, primary: true }],
    },
    { id: "1", priority: 0, position: 1, addedAt: "", state: "running" },
  );
  const [file] = item.files;
  assert.ok(file);
  if (guessedAt !== undefined) Object.assign(file, { guessed: true, doneBytes: guessedAt });
  return told
    .map(([phase, doneBytes], index) => {
      takeProgress(item, file, { phase, doneBytes }, index * 250);
      const { bytesDone, reason } = showItem(item, index * 250);
      return `${bytesDone}${reason ? ` ${reason.code}` : ""}`;
    })
    .join(", ");
}

suite("bytes that are shown", () => {
  for (const [name, told, answer] of [
    [
      "grow",
      [
        ["fetching", 100],
        ["fetching", 300],
      ],
      "100, 300",
    ],
    [
      "hold where a connection took some back",
      [
        ["fetching", 600],
        ["fetching", 500],
        ["fetching", 700],
      ],
      "600, 600, 700",
    ],
    [
      "hold while what is there is read",
      [
        ["fetching", 600],
        ["checking", 10],
        ["checking", 600],
        ["fetching", 700],
      ],
      "600, 600, 600, 700",
    ],
    [
      "fall where the file starts over, which is said until it is where it was",
      [
        ["fetching", 600],
        ["fetching", 0],
        ["fetching", 500],
        ["fetching", 600],
        ["fetching", 700],
      ],
      "600, 0 startsOver, 500 startsOver, 600, 700",
    ],
  ] as const)
    test(name, () => assert.equal(shown(told), answer));

  test("what a record said is a guess: the transfer knows better, and needs no reason", () => {
    assert.equal(
      shown(
        [
          ["fetching", 100],
          ["fetching", 200],
        ],
        800,
      ),
      "100, 200",
    );
    assert.equal(
      shown(
        [
          ["checking", 100],
          ["fetching", 800],
        ],
        800,
      ),
      "800, 800",
    );
  });
});
