import type { ToLibraryPage } from "../core/protocol/library-page.ts";
import { openLibraryChannel } from "./library/channel.ts";
import { cardPage } from "./library/card.ts";
import { entryPage } from "./library/entry.ts";
import { downloadFormPage } from "./library/form.ts";
import { profilePage } from "./library/profile.ts";
import { rolesPage } from "./library/roles.ts";
import { settingsPage } from "./library/settings.ts";
import { statsPage } from "./library/stats.ts";
import { make } from "./ui/dom.ts";

/** A page of one kind, made with the first message and told each that follows. */
interface Drawn {
  readonly kind: ToLibraryPage["kind"];
  readonly draw: (message: ToLibraryPage) => void;
}

const { send, listen } = openLibraryChannel();
let drawn: Drawn | undefined;
listen((message) => {
  if (drawn?.kind !== message.kind) drawn = build(message);
  drawn.draw(message);
});
send({ kind: "ready" });

function build(first: ToLibraryPage): Drawn {
  const main = make("main");
  document.body.replaceChildren(main);
  switch (first.kind) {
    case "entry": {
      const page = entryPage(first.words, first.state, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "entry" && page.update(message.state)) };
    }
    case "stats": {
      const page = statsPage(first.words);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "stats" && page.update(message.state)) };
    }
    case "roles": {
      const page = rolesPage(first.words, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "roles" && page.update(message.state)) };
    }
    case "settings": {
      const page = settingsPage(first.words, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "settings" && page.update(message.state)) };
    }
    case "card": {
      const page = cardPage(first.words, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "card" && page.update(message.state)) };
    }
    case "form": {
      const page = downloadFormPage(first.words, first.state, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "form" && page.update(message.state)) };
    }
    case "profile": {
      const page = profilePage(first.words, send);
      main.append(page.element);
      return { kind: first.kind, draw: (message) => void (message.kind === "profile" && page.update(message.state)) };
    }
    case "notice": {
      const sentence = make("p", { class: "hint" });
      main.append(sentence);
      return {
        kind: first.kind,
        draw: (message) => void (message.kind === "notice" && sentence.replaceChildren(message.text)),
      };
    }
  }
}
