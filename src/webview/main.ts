import type { PageWords, ToPage } from "../core/protocol/page.ts";
import { type Channel, openChannel } from "./channel.ts";
import { announcer } from "./ui/announcer.ts";
import { make } from "./ui/dom.ts";
import { tabs } from "./ui/tabs.ts";
import { logsView } from "./views/logs.ts";
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
  const queue = queueView(words, {
    onDeed: (kind, id) => send({ kind, id }),
    onDownload: () => send({ kind: "command", command: "download" }),
  });
  const logs = logsView(
    words,
    { filter: typeof filter === "string" ? filter : "", follow: remembered("follow") !== false },
    {
      onWatch: (server) => send({ kind: "watch", server }),
      onServe: () => send({ kind: "command", command: "switch" }),
      onNotes: (notes) => remember(notes),
    },
  );
  const bar = tabs(
    words.views,
    [
      { name: "queue", label: words.queue, panel: queue.element },
      { name: "logs", label: words.logs, panel: logs.element },
    ],
    (tab) => send({ kind: "show", tab }),
  );
  const spoken = announcer();
  document.body.replaceChildren(
    make("header", {}, bar.element),
    make("main", {}, queue.element, logs.element),
    spoken.element,
  );

  return (message) => {
    if (message.kind === "logs") return logs.add(message);
    const { state } = message;
    bar.show(state.tab);
    queue.update(state);
    logs.update(state);
    spoken.say(state.summary);
  };
}
