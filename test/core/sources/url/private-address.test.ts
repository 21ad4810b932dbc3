import assert from "node:assert/strict";
import { isLiteralAddress, isPrivateAddress } from "../../../../src/core/sources/url/private-address.ts";

suite("addresses of this machine and its networks", () => {
  for (const address of [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "[::1]",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "[::ffff:a9fe:a9fe]",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "no address",
    "1.2.3",
  ]) {
    test(`${address} is refused`, () => assert.equal(isPrivateAddress(address), true));
  }

  for (const address of [
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "192.169.0.1",
    "2606:4700::1111",
    "[2001:4860:4860::8888]",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
  ]) {
    test(`${address} is asked`, () => assert.equal(isPrivateAddress(address), false));
  }

  test("what a URL makes of odd spellings is an address", () => {
    for (const odd of ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/"]) {
      const { hostname } = new URL(odd);
      assert.equal(isLiteralAddress(hostname), true, hostname);
      assert.equal(isPrivateAddress(hostname), true, hostname);
    }
  });
});
