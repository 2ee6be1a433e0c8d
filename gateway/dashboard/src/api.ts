// Requests to vecextd: the key, the envelope of answers, and what fails.
import { signal } from "@preact/signals";
import { store, stored } from "./storage.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Body = { [key: string]: unknown };

const KEY = "vecext.key";

/** The key of requests. The browser forgets it with the tab. */
export const apiKey = signal(stored("sessionStorage", KEY) ?? "");

export function setKey(key: string) {
  apiKey.value = key.trim();
  store("sessionStorage", KEY, apiKey.value);
}

/** The address of vecextd, whatever is in front of its paths. */
export const base = new URL("..", location.href.replace(/[?#].*$/, ""));

export type Cause = "key" | "forbidden" | "missing" | "timeout" | "away" | "refused";

/** What a request failed with. The message is for the user. */
export class Failure extends Error {
  constructor(
    readonly kind: Cause,
    message: string,
  ) {
    super(message);
  }
}

const TIME_LIMIT = 20_000; // milliseconds
const READS = /^\/*(vecext\/)?collections\/[^/]+\/(points|points\/(scroll|query|count)|facet|query_plan|hybrid_search)$/;

// Changes and what reads indexes as a whole take their time: if the page gave up, vecextd would cancel them.
/** True for a request that has a time limit. */
export function isBrief(method: string, path: string): boolean {
  const plain = path.replace(/[?#].*$/, "");
  return method === "GET" ? !/\/health$/.test(plain) : method === "POST" && READS.test(plain);
}

function causeOf(status: number): Cause {
  if (status === 401) return "key";
  if (status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 408) return "timeout";
  return status >= 500 ? "away" : "refused";
}

const WORDS: Record<Cause, string> = {
  key: "The server wants a key. Enter one in the settings.",
  forbidden: "This key does not admit that.",
  missing: "There is nothing of that name.",
  timeout: "The server did not answer in time.",
  away: "The server cannot answer now.",
  refused: "The server refused the request.",
};

function messageOf(text: string, cause: Cause): string {
  try {
    const body = JSON.parse(text) as { status?: { error?: string } };
    if (body.status?.error) return body.status.error;
  } catch {
    // Plain texts, such as that about a missing key, come without an envelope.
  }
  return WORDS[cause];
}

export interface Reply {
  status: number;
  text: string;
  milliseconds: number;
}

/** Sends a request and returns what the server answers, also if that is a failure. */
export async function send(method: string, path: string, body?: string): Promise<Reply> {
  const headers: Record<string, string> = {};
  if (apiKey.value) headers["api-key"] = apiKey.value;
  if (body !== undefined) headers["content-type"] = "application/json";
  const start = performance.now();
  try {
    const response = await fetch(new URL(path.replace(/^\/+/, ""), base), {
      method,
      headers,
      body,
      cache: "no-store",
      signal: isBrief(method, path) ? AbortSignal.timeout(TIME_LIMIT) : undefined,
    });
    const text = await response.text();
    return { status: response.status, text, milliseconds: performance.now() - start };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw isLate
      ? new Failure("timeout", `The server did not answer within ${TIME_LIMIT / 1000} seconds. It may be busy: try again.`)
      : new Failure("away", "The server cannot be reached.");
  }
}

/** Sends a request and returns the `result` of its answer. Throws a Failure. */
export async function call<T>(method: string, path: string, body?: Body): Promise<T> {
  return parse(await answerOf(method, path, body && stringify(body))).result as T;
}

/** Sends a request and returns the text of its answer. Throws a Failure. */
export async function answerOf(method: string, path: string, body?: string): Promise<string> {
  const reply = await send(method, path, body);
  if (reply.status >= 400) {
    const cause = causeOf(reply.status);
    throw new Failure(cause, messageOf(reply.text, cause));
  }
  return reply.text;
}

// What begins a string that stands for a bigint. A string that begins with it by itself has it twice.
const BIG = "\u0001";
const QUOTED = String.raw`("[^"\\]*(?:\\.[^"\\]*)*")`;
const MARKED = /^"\\u0001/;
const STRING_OR_INTEGER = new RegExp(String.raw`${QUOTED}(\s*:)?|(?<=[:[,]\s*)(-?\d{16,})(?=\s*[,\]}])`, "g");
const STRING = new RegExp(String.raw`${QUOTED}(:)?`, "g");

/** Reads JSON; integers beyond 2^53 become bigints, so that ids keep their digits. */
export function parse(text: string): any {
  const marked = text.replace(STRING_OR_INTEGER, (all, quoted?: string, colon?: string, digits?: string) => {
    if (quoted !== undefined) return colon === undefined && MARKED.test(quoted) ? `"\\u0001${quoted.slice(1)}` : all;
    return Number.isSafeInteger(Number(digits)) ? all : `"\\u0001${digits}"`;
  });
  return JSON.parse(marked, (_, value) => {
    if (typeof value !== "string" || !value.startsWith(BIG)) return value;
    return value.startsWith(BIG + BIG) ? value.slice(1) : BigInt(value.slice(1));
  });
}

/** Writes JSON, with bigints as numbers. */
export function stringify(value: unknown, indent?: number): string {
  const mark = (_: string, one: unknown) => (typeof one === "bigint" || (typeof one === "string" && one.startsWith(BIG)) ? `${BIG}${one}` : one);
  return JSON.stringify(value, mark, indent).replace(STRING, (all, quoted: string, colon?: string) => {
    if (colon !== undefined || !MARKED.test(quoted)) return all;
    const rest = quoted.slice(7, -1);
    return rest.startsWith("\\u0001") ? `"${rest}"` : rest;
  });
}

export const at = (collection: string, rest = "") => `collections/${encodeURIComponent(collection)}${rest}`;
export const own = (collection: string, rest: string) => `vecext/${at(collection, rest)}`;

export type Id = number | string | bigint;

/** An id as requests have it: a number if it is one, of any size, else a string. */
export function idOf(text: string): Id {
  const trimmed = text.trim();
  if (!/^\d+$/.test(trimmed)) return trimmed;
  return Number.isSafeInteger(Number(trimmed)) ? Number(trimmed) : BigInt(trimmed);
}

export interface Point {
  id: Id;
  score?: number;
  payload?: { [key: string]: Json };
  vector?: Json;
  ranks?: (number | null)[];
  scores?: (number | null)[];
}

export interface Summary {
  name: string;
  status: string;
  points: number | null;
  bytes: number;
  vector_indexes: number;
  payload_indexes: number;
}

export interface VectorInfo {
  type: string;
  distance: string;
  column: string;
  params: { [key: string]: Json };
  index: { name: string; method: string; bytes: number; valid: boolean } | null;
}

export interface IndexState {
  name: string;
  method: string;
  valid: boolean;
  bytes: number;
  rows: number | null;
  pending_rows: number | null;
  dead_rows: number | null;
  advice: string | null;
}

/** What catalogs have of a collection. */
export interface Outline {
  name: string;
  table: string;
  status: string;
  options: { [key: string]: Json };
  config: Json;
  metadata: Json;
  created_at: string | null;
  vectors: { [name: string]: VectorInfo };
  payload_indexes: { key: string; type: string; bytes: number; index: string }[];
}

/** And what its indexes are like, which are read for it. */
export interface Health extends Outline {
  sizes: { bytes: number; table: number; vector_indexes: number; payload_indexes: number; other_indexes: number };
  indexes: IndexState[];
  use: { vector: string; index: string | null; method: string; usable: boolean; advice: string }[];
}

export interface PlanStep {
  statement: string;
  parameters: (string | null)[];
  rows: number;
  plan: string;
}
