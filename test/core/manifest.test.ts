import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { readSettings } from "../../src/core/settings.ts";
import { verbs } from "../../src/core/verbs/table.ts";
import { isVerbName } from "../../src/extension/ask.ts";
import { commandIds, paletteCommands, rowCommands, viewIds } from "../../src/extension/contributions.ts";
import { coreSettings } from "../../src/extension/contributions/core-settings.ts";
import { bundleFile, stringsOfSources } from "../support/l10n-strings.ts";

const root = path.join(import.meta.dirname, "../..");
const text = await readFile(path.join(root, "package.json"), "utf8");
const manifest = JSON.parse(text) as Manifest;
const nls = JSON.parse(await readFile(path.join(root, "package.nls.json"), "utf8")) as Record<string, string>;

interface Manifest {
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when: string; readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
  };
}
interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
interface Setting {
  readonly scope: string;
  readonly default: unknown;
  readonly markdownDescription: string;
}

const { commands, menus, configuration, views, viewsContainers, viewsWelcome } = manifest.contributes;
const settings = Object.fromEntries(configuration.flatMap(({ properties }) => Object.entries(properties)));

suite("the manifest", () => {
  test("offers the commands of the table, all of them and no others", () => {
    assert.deepEqual(commands.map(({ command }) => command).sort(), [...commandIds].sort());
    for (const { category } of commands) assert.equal(category, "%category%");
  });

  test("every verb of the palette's door is a command, and the shell knows what it answers", () => {
    const names = verbs.filter(({ doors }) => doors.includes("palette")).map(({ name }) => name);
    assert.ok(names.length > 0);
    for (const name of names) {
      assert.ok(
        paletteCommands.some((id) => id === `modelDeck.${name}`),
        name,
      );
      assert.ok(isVerbName(name), name);
    }
  });

  test("commands that need a row are not in the palette, and menus name only commands that exist", () => {
    const hidden = menus["commandPalette"]?.filter(({ when }) => when === "false").map(({ command }) => command ?? "");
    assert.deepEqual(hidden?.sort(), [...rowCommands].sort());
    const submenus = manifest.contributes.submenus.map(({ id }) => id);
    for (const { command, submenu } of Object.values(menus).flat())
      assert.ok(submenu === undefined ? commandIds.some((id) => id === command) : submenus.includes(submenu), command);
    for (const submenu of submenus) assert.ok(menus[submenu], submenu);
  });

  test("every %key% has words, and no words lie unused", () => {
    const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key = ""]) => key));
    assert.deepEqual([...used].sort(), Object.keys(nls).sort());
    for (const [key, words] of Object.entries(nls)) assert.ok(words.trim().length > 1, key);
  });

  test("every word of the sources is in the bundle that translators start from", async () => {
    const bundle = JSON.parse(await readFile(bundleFile, "utf8")) as Record<string, string>;
    const strings = await stringsOfSources();
    assert.ok(strings.length > 50);
    assert.deepEqual(Object.keys(bundle).sort(), strings, "node test/support/l10n-strings.ts --write");
  });

  test("its settings are what the core reads, and the place of the data; all belong to the machine", () => {
    const read = new Set<string>();
    const { settings: defaults } = readSettings(
      new Proxy({}, { get: (_, key) => (read.add(String(key)), undefined) }),
      "/storage",
    );
    for (const name of Object.keys(defaults.backends)) {
      read.add(`backends.${name}.image`);
      read.add(`backends.${name}.binary`);
    }
    assert.deepEqual([...coreSettings].sort(), [...read].sort());
    assert.deepEqual(
      Object.keys(settings).sort(),
      ["storage", ...coreSettings].map((key) => `modelDeck.${key}`).sort(),
    );
    for (const [key, { scope }] of Object.entries(settings)) assert.equal(scope, "machine", key);
  });

  test("its defaults are the core's own", () => {
    const values = Object.fromEntries(coreSettings.map((key) => [key, settings[`modelDeck.${key}`]?.default]));
    const { settings: withDefaults, problems } = readSettings(values, "/storage");
    assert.deepEqual(problems, []);
    assert.deepEqual(withDefaults, readSettings({}, "/storage").settings);
  });

  test("views, welcome views and icons exist", () => {
    const ids = Object.values(views).flatMap((list) => list.map(({ id }) => id));
    assert.deepEqual(ids.sort(), Object.values(viewIds).sort());
    for (const { view } of viewsWelcome) assert.ok(ids.includes(view));
    for (const words of viewsWelcome.map(({ contents }) => nls[contents.slice(1, -1)] ?? ""))
      for (const [, command = ""] of words.matchAll(/\(command:(modelDeck\.[\w.]+)/g))
        assert.ok(
          commandIds.some((id) => id === command),
          command,
        );
    for (const { icon } of Object.values(viewsContainers).flat()) assert.ok(existsSync(path.join(root, icon)), icon);
  });

  test("the walkthrough's pictures and commands exist", () => {
    const { steps } = manifest.contributes.walkthroughs[0] ?? { steps: [] };
    assert.ok(steps.length > 0);
    for (const { description, media, completionEvents } of steps) {
      assert.ok(existsSync(path.join(root, media.svg)), media.svg);
      // VS Code takes style sheets out of them: what they colour would be black.
      assert.doesNotMatch(readFileSync(path.join(root, media.svg), "utf8"), /<style|class=/);
      assert.doesNotMatch(nls[description.slice(1, -1)] ?? "", /(?<!`)`(?!`)/, "code stands between double backticks");
      const words = `${nls[description.slice(1, -1)]} ${completionEvents.join(" ").replaceAll("onCommand", "command")}`;
      for (const [, command = ""] of words.matchAll(/command:(modelDeck(?:\.\w+)+)/g))
        assert.ok(
          commandIds.some((id) => id === command),
          command,
        );
    }
  });

  test("the icon is a PNG of at least 128 pixels", async () => {
    const png = await readFile(path.join(root, manifest.icon));
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) >= 128 && png.readUInt32BE(20) >= 128);
  });

  test("what is written against is the oldest VS Code that is promised", () => {
    assert.equal(`^${manifest.devDependencies["@types/vscode"]}`, manifest.engines.vscode);
  });
});
