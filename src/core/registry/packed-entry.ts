import type { Value } from "../ports/database.ts";
import type { Listed } from "./listed.ts";
import type { Numbers } from "./packed-arrays.ts";
import type { PackedTexts } from "./packed-texts.ts";
import type { AllSaid, Fact, Said } from "./said.ts";

/** What a packed listing holds. */
export interface Columns {
  readonly texts: Readonly<Record<string, { readonly ids: Numbers; readonly table: PackedTexts } | undefined>>;
  readonly numbers: Readonly<Record<string, Numbers | undefined>>;
  readonly isTesting: (folded: string) => boolean;
  /** What is said of each known name, by the place of the entry. */
  readonly said: readonly Numbers[];
  /** Numbers of facts go up to this one. */
  readonly facts: number;
  readonly fact: (id: number) => Fact | undefined;
  readonly shown: (id: number) => Said | undefined;
  readonly others: (index: number) => readonly (Said | undefined)[];
}

export const packedEntry = (columns: Columns, index: number): Listed => new PackedEntry(columns, index);

/** An entry of a packed listing, its row, and what is said of it. A class: of ten thousand none is looked at as a whole. */
class PackedEntry implements AllSaid {
  readonly columns: Columns;
  readonly index: number;

  constructor(columns: Columns, index: number) {
    this.columns = columns;
    this.index = index;
  }

  get row(): Listed["row"] {
    return this;
  }
  get said(): AllSaid {
    return this;
  }
  get displayName(): string {
    return String(this.display_name);
  }
  get searched(): string {
    return `${this.folded("name")}\n${this.folded("display_name")}\n${this.folded("source_reference")}`;
  }

  at(place: number): Fact | undefined {
    return this.columns.fact(this.columns.said[place]?.[this.index] ?? 0);
  }
  *[Symbol.iterator](): Generator<Said | undefined, void> {
    for (const ids of this.columns.said) yield this.columns.shown(ids[this.index] ?? 0);
    yield* this.columns.others(this.index);
  }

  text(column: string): string | null {
    const found = this.columns.texts[column];
    return found ? found.table.of(found.ids[this.index] ?? 0) : null;
  }
  folded(column: string): string {
    const found = this.columns.texts[column];
    return found ? found.table.folded(found.ids[this.index] ?? 0) : "";
  }
  number(column: string): number | null {
    const value = this.columns.numbers[column]?.[this.index] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  get testing(): Value {
    return this.columns.isTesting(this.folded("name")) ? 1 : 0;
  }
  get size_bytes(): Value {
    return this.number("size_bytes");
  }
  get deprecated(): Value {
    return this.number("deprecated");
  }
  get locked(): Value {
    return this.number("locked");
  }
  get name(): string {
    return this.text("name") ?? "";
  }
  get key(): Value {
    return this.text("key");
  }
  get layer(): Value {
    return this.text("layer");
  }
  get display_name(): Value {
    return this.text("display_name");
  }
  get family(): Value {
    return this.text("family");
  }
  get backend(): Value {
    return this.text("backend");
  }
  get format(): Value {
    return this.text("format");
  }
  get quantization(): Value {
    return this.text("quantization");
  }
  get path(): Value {
    return this.text("path");
  }
  get location(): Value {
    return this.text("location");
  }
  get proof(): Value {
    return this.text("proof");
  }
  get source_provider(): Value {
    return this.text("source_provider");
  }
  get source_reference(): Value {
    return this.text("source_reference");
  }
  get source_revision(): Value {
    return this.text("source_revision");
  }
  get downloaded_at(): Value {
    return this.text("downloaded_at");
  }
  get served_model_id(): Value {
    return this.text("served_model_id");
  }
  get aliases_json(): Value {
    return this.text("aliases_json");
  }
  get roles_json(): Value {
    return this.text("roles_json");
  }
  get role_priority_json(): Value {
    return this.text("role_priority_json");
  }
  get capabilities_json(): Value {
    return this.text("capabilities_json");
  }
  get preview(): Value {
    return this.text("preview");
  }
}
