// Numbers, sizes and texts as people read them.
import { stringify } from "./api.ts";

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "not known" : value.toLocaleString("en");
}

/** "1 point", "300 points". */
export function counted(value: number, thing: string): string {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

export function size(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return "not known";
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    ++unit;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "not known";
  if (value < 0.001) return `${(value * 1e6).toFixed(0)} µs`;
  return value < 1 ? `${(value * 1000).toFixed(value < 0.01 ? 1 : 0)} ms` : `${value.toFixed(1)} s`;
}

export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** A value of a payload within a cell of a table. */
export function cell(value: unknown): string {
  if (value === undefined) return "";
  return short(typeof value === "string" ? value : stringify(value), 80);
}

/** A member of the payload itself: "constructor" is none, unless the payload has it. */
export function memberOf(payload: { [key: string]: unknown } | undefined, key: string): unknown {
  return payload && Object.hasOwn(payload, key) ? payload[key] : undefined;
}

export const vectorName = (name: string) => (name === "" ? "(unnamed)" : name);

// A string, in which a list is left as it is, or a list of numbers.
const TEXT_OR_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|\[\s*([\d.eE+-]+(?:,\s*[\d.eE+-]+)*)\s*\]/g;

/** JSON of many lines, but with vectors and other lists of numbers on one line. */
export function joinNumbers(text: string): string {
  return text.replace(TEXT_OR_NUMBERS, (all, list?: string) => (list === undefined ? all : `[${list.replace(/\s+/g, " ")}]`));
}

/** JSON with a line for each member, but lists of numbers on one line. */
export const pretty = (value: unknown) => joinNumbers(stringify(value, 2));
