/** Whether an IP address is of this machine, its networks, or of none that a public host may have. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const four = octetsOf(plain);
  if (four) return isPrivateFour(four);
  const groups = groupsOf(plain);
  // What is no address cannot be judged, hence not trusted.
  return groups === undefined || isPrivateSix(groups);
}

/** A literal address, as URLs carry it. */
export const isLiteralAddress = (host: string): boolean => host.startsWith("[") || octetsOf(host) !== undefined;

/** Whether a host is of this machine or its networks by its very name: an address, or a word that no public host has. */
export function isPrivateHost(host: string): boolean {
  const name = host.replace(/\.$/, "").toLowerCase();
  if (name === "localhost" || /\.(?:localhost|local|internal|lan|home\.arpa)$/.test(name)) return true;
  return isLiteralAddress(name) && isPrivateAddress(name);
}

type Four = readonly [number, number, number, number];

function octetsOf(text: string): Four | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d] = [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])];
  return [a, b, c, d].every((octet) => octet <= 255) ? [a, b, c, d] : undefined;
}

function isPrivateFour([a, b, c]: Four): boolean {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    // Multicast, reserved, broadcast.
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    // Link-local: there cloud machines find their credentials.
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

/** Eight groups of sixteen bits; undefined where it is no address. */
function groupsOf(text: string): readonly number[] | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const octets = octetsOf(tail?.[2] ?? "");
  const hex = octets
    ? `${tail?.[1] ?? ""}${(octets[0] * 256 + octets[1]).toString(16)}:${(octets[2] * 256 + octets[3]).toString(16)}`
    : text;
  const [front = "", back, ...more] = hex.split("::");
  if (more.length > 0) return undefined;
  const parts = (side: string): readonly string[] => (side === "" ? [] : side.split(":"));
  const [before, after] = [parts(front), parts(back ?? "")];
  const missing = 8 - before.length - after.length;
  if (back === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...after];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}

function isPrivateSix(groups: readonly number[]): boolean {
  const [first = 0, second = 0, third = 0] = groups;
  const embedded = (high = 0, low = 0): boolean => isPrivateFour([high >> 8, high & 255, low >> 8, low & 255]);
  const isZero = (upTo: number): boolean => groups.slice(0, upTo).every((group) => group === 0);
  if (isZero(5) && (groups[5] === 0xffff || groups[5] === 0)) return embedded(groups[6], groups[7]);
  // NAT64 and 6to4 carry an older address.
  if (first === 0x64 && second === 0xff9b) return embedded(groups[6], groups[7]);
  if (first === 0x2002) return embedded(second, third);
  return (first & 0xfe00) === 0xfc00 || (first & 0xff80) === 0xfe80 || (first & 0xff00) === 0xff00;
}
