// The text of a filter: Qdrant's JSON, or conditions such as `color=red, price>=10`.
import { type Body, parse, stringify } from "./api.ts";

const CONDITION = /^\s*([^=<>!~]+?)\s*(!=|>=|<=|=|>|<|~)\s*(.*?)\s*$/;
const RANGES: Record<string, string> = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export type Value = string | number | bigint | boolean;

// "12" is a number, "\"12\"" and red are strings, true is a boolean.
function valueOf(text: string): Value {
  const quoted = /^"(.*)"$/.exec(text);
  if (quoted) return quoted[1]!;
  if (text === "true" || text === "false") return text === "true";
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(number)) return BigInt(text);
  return Number.isFinite(number) ? number : text;
}

// Splits at commas that are not between quotes.
function parts(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

function matchOf(key: string, value: Value): Body {
  // Numbers with a fraction have no match in Qdrant, but a range.
  return typeof value === "number" && !Number.isSafeInteger(value)
    ? { key, range: { gte: value, lte: value } }
    : { key, match: { value } };
}

/** Returns the filter, or undefined for an empty text. Throws an Error for the user. */
export function readFilter(text: string): Body | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (trimmed.startsWith("{")) {
    try {
      return parse(trimmed) as Body;
    } catch (error) {
      throw new Error(`The filter is not JSON: ${(error as Error).message}`);
    }
  }
  const must: Body[] = [];
  const mustNot: Body[] = [];
  for (const part of parts(trimmed)) {
    const found = CONDITION.exec(part);
    if (!found) {
      throw new Error(`"${part}" is not a condition. Write key=value, key!=value, key>=1, key~word, or JSON.`);
    }
    const [, key, sign, given] = found as unknown as [string, string, string, string];
    const value = valueOf(given);
    if (sign === "=") must.push(matchOf(key, value));
    else if (sign === "!=") mustNot.push(matchOf(key, value));
    else if (sign === "~") must.push({ key, match: { text: String(given) } });
    else must.push({ key, range: { [RANGES[sign]!]: value } });
  }
  return { ...(must.length ? { must } : {}), ...(mustNot.length ? { must_not: mustNot } : {}) };
}

// The path to a key of the payload itself: in quotes if it has what paths are made of.
export const pathOf = (key: string) => (/^[^.[\]"]+$/.test(key) ? key : `"${key.replaceAll('"', '""')}"`);
const isPlain = (key: string) => /^[\p{L}\p{N}_ -]+$/u.test(key) && key.trim() === key;

/** Adds the condition that `key` has this value to the text of a filter, unless that is JSON. */
export function withCondition(text: string, key: string, value: Value): string {
  if (text.trim().startsWith("{")) return text;
  const isBare = typeof value !== "string" || (/^[\w .-]*[a-z_][\w .-]*$/i.test(value) && value.trim() === value && valueOf(value) === value);
  const written = isBare ? String(value) : `"${value}"`;
  // What conditions as text cannot say is said in JSON.
  if (!isPlain(key) || /["\n\r\u2028\u2029]/.test(written.replace(/^"|"$/g, ""))) {
    const { must = [], ...rest } = readFilter(text) ?? {};
    return stringify({ must: [...(must as Body[]), matchOf(pathOf(key), value)], ...rest });
  }
  const condition = `${key}=${written}`;
  if (parts(text).includes(condition)) return text;
  return text.trim() === "" ? condition : `${text.trim()}, ${condition}`;
}
