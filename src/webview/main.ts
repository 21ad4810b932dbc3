import type { PageWords, ToPage } from "../core/protocol/page.ts";
import { type Channel, openChannel } from "./channel.ts";
import { announcer } from "./ui/announcer.ts";
import { make } from "./ui/dom.ts";
import { tabs } from "./ui/tabs.ts";
import { logsView } from "./views/logs.ts";
import { serversView } from "./views/servers.ts";
import { queueView } from "./views/queue.ts";

type Draw = (message: Exclude<ToPage, { kind: "words" }>) => void;

const channel = openChannel();
let draw: Draw | undefined;
channel.listen((message) => {
  // Words come first, and once: nothing can be drawn without them.
  if (message.kind !== "words") draw?.(message);
  else draw ??= build(channel, message.words);
});
channel.send({ kind: "ready" });

function build({ send, remember, remembered }: Channel, words: PageWords): Draw {
  const filter = remembered("filter");
  const [downloads, state] = [remembered("downloads"), remembered("state")];
  const notes = {
    filter: typeof downloads === "string" ? downloads : "",
    state: typeof state === "string" ? state : "",
  };
  const queue = queueView(words, notes, {
    send,
    onNotes: (next) => remember({ downloads: next.filter, state: next.state }),
  });
  const logs = logsView(
    words,
    { filter: typeof filter === "string" ? filter : "", follow: remembered("follow") !== false },
    {
      onWatch: (server) => send({ kind: "watch", server }),
      onServe: () => send({ kind: "command", command: "switch" }),
      onDeed: (deed, server, filter) => send({ kind: "log", deed, server, filter }),
      onNotes: (notes) => remember(notes),
    },
  );
  const servers = serversView(words, send);
  const bar = tabs(
    words.views,
    [
      { name: "queue", label: words.queue, panel: queue.element },
      { name: "servers", label: words.tiles.servers, panel: servers.element },
      { name: "logs", label: words.logs, panel: logs.element },
    ],
    (tab) => send({ kind: "show", tab }),
  );
  const spoken = announcer();
  document.body.replaceChildren(
    make("header", {}, bar.element),
    make("main", {}, queue.element, servers.element, logs.element),
    spoken.element,
  );

  return (message) => {
    if (message.kind === "logs") return logs.add(message);
    if (message.kind === "queue") {
      queue.update(message.update);
      return spoken.say(message.update.head.summary);
    }
    if (message.kind === "servers") return servers.update(message.update);
    bar.show(message.state.tab);
    queue.notice(message.state.notice);
    servers.notice(message.state.notice);
    logs.update(message.state);
  };
}
