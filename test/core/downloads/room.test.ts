import assert from "node:assert/strict";
import { type Claim, shareRoom } from "../../../src/core/downloads/room.ts";

const GB = 2 ** 30;
const claim = (id: string, missing: number, more: Partial<Claim> = {}): Claim => ({
  id,
  volume: "disk",
  missing: missing * GB,
  running: false,
  ...more,
});
const waiting = (claims: readonly Claim[], free = 100, reserve = 1): string =>
  [
    ...shareRoom(
      claims,
      new Map([
        ["disk", free * GB],
        ["other", 10 * GB],
      ]),
      reserve * GB,
    ),
  ]
    .map(([id, lack]) => `${id} needs ${lack.needed / GB} has ${lack.free / GB}`)
    .join(", ");

suite("room on a volume", () => {
  for (const [name, claims, answer] of [
    ["what fits waits for nothing", [claim("a", 40), claim("b", 59)], ""],
    ["the reserve is not given away", [claim("a", 40), claim("b", 60)], "b needs 101 has 100"],
    ["a small one goes ahead of a large one that waits", [claim("a", 200), claim("b", 60)], "a needs 201 has 100"],
    [
      "what runs was given its room, wherever it stands",
      [claim("a", 60), claim("b", 60, { running: true })],
      "a needs 121 has 100",
    ],
    ["each volume has its own", [claim("a", 95), claim("b", 8, { volume: "other" })], ""],
    ["a volume that is not there has none", [claim("a", 1, { volume: "gone" })], "a needs 2 has 0"],
    ["a set that is all there needs none", [claim("a", 99), claim("b", 0)], ""],
  ] as const)
    test(name, () => assert.equal(waiting(claims), answer));
});
