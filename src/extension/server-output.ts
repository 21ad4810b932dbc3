import type * as vscode from "vscode";
import { nameOf } from "../core/present/serving-words.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { Ask } from "./ask.ts";
import type { DeckLink } from "./deck-link.ts";
import { type LogFeed, createLogFeed } from "./log-feed.ts";
import type { Reading } from "./reading.ts";

/** Logs of servers in output channels of their own, for those who asked. */
export interface ServerOutput extends Disposable {
  /** Made at the first question; followed until the window ends. What could not be read is read again at the next one. */
  show(server: string): Promise<void>;
}

type Channel = Pick<vscode.OutputChannel, "append" | "replace" | "dispose"> & { show(): void };

/** Milliseconds in which lines are gathered. */
const GATHER = 200;

export function createServerOutput(deps: {
  readonly link: Pick<DeckLink, "onEvent">;
  readonly ask: Ask;
  readonly serving: Pick<Reading<ServingStatus>, "value" | "onChange">;
  readonly open: (title: string) => Channel;
}): ServerOutput {
  const { link, ask, serving, open } = deps;
  const scope = createScope();
  /** `failed`: its log could not be read. */
  const channels = new Map<string, { readonly channel: Channel; feed: LogFeed; failed: boolean }>();
  let timer: NodeJS.Timeout | undefined;

  /** All there is, in place of what the channel has. */
  const anew = async (server: string): Promise<void> => {
    const own = channels.get(server);
    if (!own) return;
    const feed = createLogFeed(server);
    own.feed = feed;
    own.failed = false;
    try {
      const { lines } = feed.whole(await ask("serving.logs", { server }, scope.signal));
      if (own.feed === feed) own.channel.replace(`${lines.join("\n")}\n`);
    } catch (error) {
      own.failed ||= own.feed === feed;
      throw error;
    }
  };
  const quietly = (server: string): void => void anew(server).catch(() => undefined);
  const write = (): void => {
    timer = undefined;
    for (const { channel, feed } of channels.values()) {
      const news = feed.take();
      if (news) channel.append(`${news.lines.join("\n")}\n`);
    }
  };
  scope.use(
    link.onEvent((event) => {
      if (event.kind !== "logs") return;
      const own = channels.get(event.server);
      if (!own) return;
      // Of a flood not every line is told: what the core has kept is read once more.
      if (own.failed || !own.feed.hear(event)) quietly(event.server);
      else timer ??= setTimeout(write, GATHER);
    }),
  );
  // The server is another than it was: what could not be read may be there now.
  scope.use(
    serving.onChange(() => {
      for (const [server, { failed }] of channels) if (failed) quietly(server);
    }),
  );
  scope.use({ dispose: () => clearTimeout(timer) });
  return {
    show: async (server) => {
      const known = channels.get(server);
      if (known) {
        known.channel.show();
        return known.failed ? anew(server) : undefined;
      }
      const view = serving.value.servers.find((one) => one.server === server);
      const name = server === "default" || !view ? server : nameOf(view);
      const channel = scope.use(open(`Model Deck: ${name}`));
      channels.set(server, { channel, feed: createLogFeed(server), failed: false });
      channel.show();
      await anew(server);
    },
    dispose: () => scope.dispose(),
  };
}
