import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { assert as holds, asyncProperty, nat } from "fast-check";
import { createCarrierHttp } from "../../../src/core/adapters/carrier-http.ts";
import { DEFAULT_NET } from "../../../src/core/adapters/choose-proxy.ts";
import { type NetAgents, createNetAgents } from "../../../src/core/adapters/net-agents.ts";
import { createRawCarrier } from "../../../src/core/adapters/raw-carrier.ts";
import type { Http, HttpResponse } from "../../../src/core/ports/http.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { freePort } from "../../support/free-port.ts";

const never = new AbortController().signal;
const CONTENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) >>> 5));
const GOOD = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${CONTENT.length}\r\n\r\n`);
const short = (body: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

type Carrier = (agents: NetAgents) => Http;
const carriers: Readonly<Record<string, Carrier>> = {
  "Node's": createCarrierHttp,
  "the raw one": (agents) => createRawCarrier(agents, createCarrierHttp(agents)),
};

for (const [name, carrier] of Object.entries(carriers))
  suite(`a carrier of bytes, ${name}`, () => {
    let server: Server;
    let agents: NetAgents;
    let http: Http;
    let address: string;
    let connections: number;
    let asked: string[];
    /** What one request gets; the socket is the script's. */
    let script: (socket: Socket, text: string) => void;
    const sockets = new Set<Socket>();

    setup(async () => {
      [connections, asked] = [0, []];
      server = createServer((socket) => {
        connections += 1;
        sockets.add(socket);
        socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk.toString("latin1");
          for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
            const request = text.slice(0, end);
            text = text.slice(end + 4);
            asked.push(request);
            script(socket, request);
          }
        });
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      agents = createNetAgents(DEFAULT_NET, {});
      http = carrier(agents);
    });
    teardown(async () => {
      agents.close();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    });

    const ask = (headers: Record<string, string> = {}, signal = never): Promise<HttpResponse> =>
      http.request({ url: `${address}/file?a=b`, headers }, signal);
    const read = async (response: HttpResponse): Promise<Buffer> => {
      const pieces: Buffer[] = [];
      // A piece is good until the next is asked for.
      for await (const piece of response.body()) pieces.push(Buffer.from(piece));
      return Buffer.concat(pieces);
    };
    const networkFault = async (deed: Promise<unknown>): Promise<void> => {
      const error: unknown = await deed.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(isFault(error, "network"), String(error));
    };

    test("brings a large body as it is, with its head", async () => {
      script = (socket) => void socket.write(Buffer.concat([GOOD, CONTENT]));
      const response = await ask({ range: "bytes=0-9", authorization: "Bearer x" });
      assert.equal(response.status, 200);
      assert.equal(response.header("content-length"), String(CONTENT.length));
      assert.ok((await read(response)).equals(CONTENT));
      assert.match(asked[0] ?? "", /^GET \/file\?a=b HTTP\/1\.1\r\n/);
      assert.match(asked[0] ?? "", /\r\nrange: bytes=0-9(\r\n|$)/i);
      assert.match(asked[0] ?? "", /\r\nauthorization: Bearer x(\r\n|$)/i);
      assert.match(asked[0] ?? "", /\r\nhost: 127\.0\.0\.1:\d+(\r\n|$)/i);
    });

    test("brings it however it was cut on the way", async () => {
      const whole = Buffer.from(short("the body of it", 'ETag: "x"\r\n'));
      await holds(
        asyncProperty(nat(whole.length), nat(whole.length), async (one, other) => {
          const [first, second] = [Math.min(one, other), Math.max(one, other)];
          script = (socket) => {
            socket.write(whole.subarray(0, first));
            setImmediate(() => {
              socket.write(whole.subarray(first, second));
              setImmediate(() => socket.write(whole.subarray(second)));
            });
          };
          const response = await ask();
          assert.equal(response.header("etag"), '"x"');
          assert.equal((await read(response)).toString(), "the body of it");
        }),
        { numRuns: 60 },
      );
    });

    test("uses a connection again after a body that was read, and after a short one that no one wants", async () => {
      script = (socket) => void socket.write(short("abc"));
      await read(await ask());
      assert.equal((await read(await ask())).toString(), "abc");
      (await ask()).discard();
      await new Promise((resolve) => setImmediate(resolve));
      await read(await ask());
      assert.ok(connections <= 2, String(connections));
    });

    test("uses none again of a body that was left", async () => {
      script = (socket) => void socket.write(Buffer.concat([GOOD, CONTENT]));
      for await (const piece of (await ask()).body()) {
        assert.ok(piece.length > 0);
        break;
      }
      assert.ok((await read(await ask())).equals(CONTENT));
      assert.equal(connections, 2);
    });

    test("a body that broke off before anybody read it is told", async () => {
      for (const end of ["reset", "end"] as const) {
        script = (socket) => {
          socket.write(Buffer.concat([GOOD, CONTENT.subarray(0, 7)]), () =>
            setImmediate(() => (end === "reset" ? socket.resetAndDestroy() : socket.end())),
          );
        };
        const response = await ask();
        // Long enough for its end to be heard here; while nobody reads there is nothing to await.
        for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
        await networkFault(read(response));
      }
    });

    if (name === "the raw one")
      test("asks anew where a kept connection was closed meanwhile", async () => {
        script = (socket) => void socket.end(short("abc"));
        await read(await ask());
        assert.equal((await read(await ask())).toString(), "abc");
      });

    test("tells a body that breaks off, and keeps what came", async () => {
      script = (socket) => socket.write(Buffer.concat([GOOD, CONTENT.subarray(0, 1_000_000)]), () => socket.end());
      let came = 0;
      const taken = async (): Promise<void> => {
        for await (const piece of (await ask()).body()) came += piece.length;
      };
      await networkFault(taken());
      assert.equal(came, 1_000_000);
    });

    test("tells a connection that breaks before an answer", async () => {
      script = (socket) => void socket.destroy();
      await networkFault(ask());
    });

    test("tells a host that nobody is at", async () => {
      await networkFault(http.request({ url: `http://127.0.0.1:${await freePort()}/`, headers: {} }, never));
    });

    test("ends with its signal, before the head and in the body", async () => {
      const early = new AbortController();
      script = () => early.abort(new Error("enough"));
      await assert.rejects(ask({}, early.signal), /enough/);
      const late = new AbortController();
      script = (socket) => void socket.write(GOOD);
      const response = await ask({}, late.signal);
      const reading = read(response);
      late.abort(new Error("enough"));
      await assert.rejects(reading, /enough/);
      await assert.rejects(ask({}, late.signal), /enough/);
    });

    test("reads no further than it is asked on", async () => {
      const most = 64 * 2 ** 20;
      let written = 0;
      const stopped = Promise.withResolvers<void>();
      script = (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${most}\r\n\r\n`);
        while (written < most && socket.write(CONTENT.subarray(0, 2 ** 20))) written += 2 ** 20;
        // As long as it drains, more is sent.
        socket.on("drain", () => {
          clearTimeout(quiet);
          quiet = setTimeout(stopped.resolve, 100);
          if (written < most) written += 2 ** 20;
          socket.write(CONTENT.subarray(0, 2 ** 20));
        });
        let quiet = setTimeout(stopped.resolve, 100);
      };
      const [one] = [(await ask()).body()[Symbol.asyncIterator]()];
      await one?.next();
      await stopped.promise;
      assert.ok(written < most, String(written));
      await one?.return?.();
    });

    test("gives a redirect and a refusal as they are, whatever their bodies", async () => {
      for (const status of [302, 401, 404, 500]) {
        script = (socket) =>
          void socket.write(
            `HTTP/1.1 ${status} X\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
          );
        const response = await ask();
        assert.equal(response.status, status);
        assert.equal(response.header("location"), "/b");
        response.discard();
      }
      assert.equal(asked.length, 4);
    });

    test("brings a file in chunks too", async () => {
      script = (socket) =>
        void socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
      assert.equal((await read(await ask())).toString(), "abcde");
      assert.equal((await read(await ask())).toString(), "abcde");
    });

    test("passes over interim answers", async () => {
      script = (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${short("abc")}`);
      assert.equal((await read(await ask())).toString(), "abc");
    });

    test("sends no header that would be two", async () => {
      await assert.rejects(ask({ "if-range": '"x"\r\nHost: other' }));
      assert.equal(asked.length, 0);
    });

    test("takes no name of the local network where only the public one is meant", async () => {
      const { port } = server.address() as AddressInfo;
      const error: unknown = await http
        .request({ url: `http://localhost:${port}/`, headers: {}, publicOnly: true }, never)
        .catch((thrown: unknown) => thrown);
      assert.ok(isFault(error, "forbidden"), String(error));
      assert.equal(connections, 0);
    });
  });
