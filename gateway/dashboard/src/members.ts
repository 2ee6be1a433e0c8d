// JSON as text: its members, and its lines for people, with numbers as they are written.
import { joinNumbers } from "./format.ts";

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"{}[\],:]+|[{}[\],:]/g;

/** The text without blanks between its parts. Throws if it is not JSON. */
export function compact(text: string): string {
  JSON.parse(text);
  return text.match(TOKEN)!.join("");
}

/** The members of an object, or the elements of an array by their numbers, each as compact text. */
export function membersOf(text: string): Map<string, string> {
  const tokens = compact(text).match(TOKEN)!;
  const members = new Map<string, string>();
  const isObject = tokens[0] === "{";
  let depth = 0;
  let parts: string[] = [];
  const add = () => {
    if (parts.length === 0) return;
    const [key, value] = isObject ? [JSON.parse(parts[0]!) as string, parts.slice(2)] : [String(members.size), parts];
    members.set(key, value.join(""));
    parts = [];
  };
  for (const token of tokens.slice(1, -1)) {
    if (/^[{[]$/.test(token)) ++depth;
    else if (/^[}\]]$/.test(token)) --depth;
    if (depth === 0 && token === ",") add();
    else parts.push(token);
  }
  add();
  return members;
}

/** The text with a line for each member, but lists of numbers on one line. */
export function lines(text: string): string {
  let depth = 0;
  let before = "";
  let out = "";
  for (const token of compact(text).match(TOKEN)!) {
    const closes = token === "}" || token === "]";
    if (closes) --depth;
    const opened = before === "{" || before === "[";
    if (closes ? !opened : opened || before === ",") out += `\n${"  ".repeat(depth)}`;
    else if (before === ":") out += " ";
    out += token;
    if (token === "{" || token === "[") ++depth;
    before = token;
  }
  return joinNumbers(out);
}

/** What changes the object `old` into `now`: the members to set, as an object's text, and the keys to delete. */
export function changesOf(old: string, now: string): { set: string; deleted: string[] } {
  const [before, after] = [membersOf(old), membersOf(now)];
  const set = [...after].filter(([key, value]) => before.get(key) !== value).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
  return { set: `{${set.join(",")}}`, deleted: [...before.keys()].filter((key) => !after.has(key)) };
}
