// What a field may ask of the form that holds it; the form itself draws fields, so fields know only this of it.
import type { Context, Field } from "./screen";
import type { Body } from "./types";

export type NumberField = Extract<Field, { type: "number" }>;

export interface Hand {
  readonly ctx: Context;
  /** What is wrong at a path; empty where nothing is. */
  flawAt(path: string): string;
  /** Change the body and draw again. */
  change(make: (body: Body) => void): void;
  /** Set without drawing: the words in a text field must not lose their caret. */
  write(path: string, value: unknown): void;
  set(path: string, value: unknown): void;
  /** The field that a killed phone comes back to. */
  touch(path: string): void;
  /** Keep a file with the draft; answers its name. */
  addFile(prefix: string, blob: Blob, fixed?: string): Promise<string>;
  dropFile(name: string): Promise<void>;
  openPad(field: NumberField): void;
  /** Amounts of single people have a path of their own below their field's. */
  openAmount(path: string, label: string, unit: string, most: number, next: (() => void) | null): void;
  askPosition(): void;
}
