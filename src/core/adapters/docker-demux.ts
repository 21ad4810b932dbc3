/**
 * Takes the frames of an engine's log stream apart: 8 bytes of header (stream, 3 × 0, length), then the payload, of
 * which no more is held than what came in at once.
 */
export function createDemux(
  onPayload: (stream: "out" | "error", payload: Uint8Array) => void,
): (chunk: Buffer) => void {
  let header = Buffer.alloc(0);
  let left = 0;
  let stream: "out" | "error" = "out";
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (left === 0) {
        const taken = chunk.subarray(at, at + 8 - header.length);
        header = Buffer.concat([header, taken]);
        at += taken.length;
        if (header.length < 8) return;
        stream = header[0] === 2 ? "error" : "out";
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const payload = chunk.subarray(at, at + left);
      onPayload(stream, payload);
      at += payload.length;
      left -= payload.length;
    }
  };
}
