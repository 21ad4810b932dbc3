import * as vscode from "vscode";
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
  /** Made at the first question; followed until the window ends. */
  show(server: string): Promise<void>;
}

/** Milliseconds in which lines are gathered. */
const GATHER = 200;

export function createServerOutput(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly serving: Pick<Reading<ServingStatus>, "value">;
}): ServerOutput {
  const { link, ask, serving } = deps;
  const scope = createScope();
  const channels = new Map<string, { readonly channel: vscode.OutputChannel; feed: LogFeed }>();
  let timer: NodeJS.Timeout | undefined;

  /** All there is, in place of what the channel has. */
  const anew = async (server: string): Promise<void> => {
    const own = channels.get(server);
    if (!own) return;
    const feed = createLogFeed(server);
    own.feed = feed;
    const { lines } = feed.whole(await ask("serving.logs", { server }, scope.signal));
    if (own.feed === feed) own.channel.replace(`${lines.join("\n")}\n`);
  };
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
      if (own.feed.hear(event)) timer ??= setTimeout(write, GATHER);
      // Of a flood not every line is told: what the core has kept is read once more.
      else void anew(event.server).catch(() => undefined);
    }),
  );
  scope.use({ dispose: () => clearTimeout(timer) });
  return {
    show: async (server) => {
      const known = channels.get(server);
      if (known) return known.channel.show();
      const view = serving.value.servers.find((one) => one.server === server);
      const name = server === "default" || !view ? server : nameOf(view);
      const channel = scope.use(vscode.window.createOutputChannel(`Model Deck: ${name}`, "log"));
      channels.set(server, { channel, feed: createLogFeed(server) });
      channel.show();
      await anew(server);
    },
    dispose: () => scope.dispose(),
  };
}
