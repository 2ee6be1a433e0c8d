// The text of a filter: Qdrant's JSON, or conditions such as `color=red, price>=10`.
import { type Body, parse } from "./api.ts";

const CONDITION = /^\s*([^=<>!~]+?)\s*(!=|>=|<=|=|>|<|~)\s*(.*?)\s*$/;
const RANGES: Record<string, string> = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" };

// "12" is a number, "\"12\"" and red are strings, true is a boolean.
function valueOf(text: string): string | number | boolean {
  const quoted = /^"(.*)"$/.exec(text);
  if (quoted) return quoted[1]!;
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

// Splits at commas that are not between quotes.
function parts(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

function matchOf(key: string, value: string | number | boolean): Body {
  // Numbers with a fraction have no match in Qdrant, but a range.
  return typeof value === "number" && !Number.isInteger(value)
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
      throw new Error(`"${part}" is no condition. Write key=value, key!=value, key>=1, key~word, or JSON.`);
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

/** Adds a condition `key=value` to the text of a filter, if that has this form. */
export function withCondition(text: string, key: string, value: unknown): string {
  const written =
    typeof value === "string" ? (/^[\w .-]*[a-z_][\w .-]*$/i.test(value) && !/^(true|false)$/.test(value) ? value : `"${value}"`) : String(value);
  const condition = `${key}=${written}`;
  if (text.trim().startsWith("{") || parts(text).includes(condition)) return text;
  return text.trim() === "" ? condition : `${text.trim()}, ${condition}`;
}
