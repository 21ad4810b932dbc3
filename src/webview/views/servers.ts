import type { PageWords, ToHost } from "../../core/protocol/page.ts";
import {
  type ServerTile,
  type ServersUpdate,
  type ServersWords,
  type TileDeed,
  tileDeeds,
  tileFigures,
} from "../../core/protocol/servers-page.ts";
import { type Row, keyedList, make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";
import { sparkline } from "../ui/sparkline.ts";

/** Ten minutes in steps of five seconds. */
const STEPS = 120;

export interface ServersView {
  readonly element: HTMLElement;
  update(update: ServersUpdate): void;
  notice(text: string | undefined): void;
}

/** The servers that run, one tile each. */
export function serversView(words: PageWords, send: (message: ToHost) => void): ServersView {
  const tiles = new Map<string, ServerTile>();
  let order: readonly string[] = [];
  let notice: string | undefined;
  const list = make("ul", { class: "servers", "aria-label": words.tiles.servers });
  const sentence = make("p");
  const serve = button({
    label: words.serve,
    primary: true,
    onPress: () => send({ kind: "command", command: "switch" }),
  });
  const empty = make("div", { class: "empty" }, sentence, serve);
  const drawTiles = keyedList<ServerTile>(
    list,
    ({ server }) => server,
    (tile) => serverTile(tile, words.tiles, send),
  );
  const draw = (): void => {
    const shown = order.flatMap((server) => tiles.get(server) ?? []);
    drawTiles(shown);
    list.hidden = shown.length === 0;
    empty.hidden = shown.some(({ state }) => state !== "off");
    setText(sentence, notice ?? words.tiles.none);
    serve.hidden = notice !== undefined;
  };
  return {
    element: make("section", {}, empty, list),
    update: (update) => {
      if (update.whole) tiles.clear();
      for (const tile of update.tiles) tiles.set(tile.server, tile);
      order = update.order ?? order;
      draw();
    },
    notice: (text) => {
      notice = text;
      draw();
    },
  };
}

function serverTile({ server }: ServerTile, words: ServersWords, send: (message: ToHost) => void): Row<ServerTile> {
  const title = make("h2", { id: `server-${server}` });
  const state = make("span", { class: "state" });
  const subtitle = make("p", { class: "subtitle" });
  const differences = make("ul", { class: "differences" });
  const reason = make("p", { class: "reason" });
  const offers = make("div", { class: "bar offers" });
  const spark = sparkline(STEPS);
  const figures = new Map(tileFigures.map((name) => [name, make("dd")]));
  const buttons = new Map<TileDeed, HTMLElement>();
  for (const deed of tileDeeds) {
    const onPress = (): void => send({ kind: "server", deed, server });
    buttons.set(deed, button({ label: words.deeds[deed], onPress }));
  }
  const element = make(
    "li",
    { "data-server": server, "aria-labelledby": `server-${server}` },
    make("div", { class: "title" }, title, state),
    subtitle,
    differences,
    reason,
    offers,
    // Above the figures: in a low panel they are in sight without scrolling.
    make("div", { class: "bar" }, ...buttons.values()),
    spark.element,
    make("dl", {}, ...tileFigures.map((name) => figure(words.figures[name], figures.get(name) ?? make("dd")))),
  );
  let drawn = "";
  let offered = "";
  const drawOffers = ({ title: named, offers: given }: ServerTile): void => {
    const now = JSON.stringify(given);
    if (now === offered) return;
    offered = now;
    const buttons = given.map(({ id, label }) =>
      button({ label, spoken: `${label}: ${named}`, onPress: () => send({ kind: "offer", server, id }) }),
    );
    offers.replaceChildren(...buttons);
    offers.hidden = given.length === 0;
  };
  offers.hidden = true;
  return {
    element,
    update: (tile) => {
      element.dataset["state"] = tile.state;
      setText(title, tile.title);
      setText(state, tile.stateWords);
      setText(subtitle, tile.subtitle);
      setText(reason, tile.reason);
      reason.hidden = tile.reason === "";
      const lines = JSON.stringify(tile.differences);
      if (lines !== drawn) differences.replaceChildren(...tile.differences.map((line) => make("li", {}, line)));
      drawn = lines;
      differences.hidden = tile.differences.length === 0;
      drawOffers(tile);
      spark.set(tile.spark, tile.sparkWords);
      for (const [name, cell] of figures) setText(cell, tile.figures[name]);
      // What cannot be done now keeps its place; its focus goes to what always can.
      for (const [deed, one] of buttons) {
        const label = deed === "stop" && tile.stops === "model" ? words.unload : words.deeds[deed];
        setText(one, label);
        one.setAttribute("aria-label", `${label}: ${tile.title}`);
        const isOff = !tile.deeds.includes(deed);
        if (isOff && one === document.activeElement) buttons.get("logs")?.focus();
        one.toggleAttribute("disabled", isOff);
      }
    },
  };
}

const figure = (name: string, value: HTMLElement): HTMLElement => make("div", {}, make("dt", {}, name), value);
