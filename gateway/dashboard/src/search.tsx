// Searches: by an id, a vector, words, and words and vectors together.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { at, call, idOf, own, parse, type Body, type Outline, type Id, type Point } from "./api.ts";
import type { OfCollection } from "./collection.tsx";
import { readFilter } from "./filter.ts";
import { cell, counted, memberOf, seconds, vectorName } from "./format.ts";
import { Field, Form, Problem, Table, useAction, type Column } from "./parts.tsx";
import { keysOf, PointDialog } from "./point.tsx";

type Mode = "id" | "vector" | "text" | "hybrid";

/** A search that another view asks for. */
export const wanted = signal<{ collection: string; mode: Mode; text: string } | undefined>(undefined);

export const wordKeys = (outline: Outline) => outline.payload_indexes.filter((index) => index.type === "bm25");

/** Reads a vector: [1, 2], or {"indices": …, "values": …}. */
export function readVector(text: string): unknown {
  const trimmed = text.trim();
  try {
    // 0.1 0.2, as it is often copied, is as good as JSON.
    return parse(/^[[{]/.test(trimmed) ? trimmed : `[${trimmed.split(/[\s,]+/).join(",")}]`);
  } catch {
    throw new Error('The vector is not JSON. Write [0.1, 0.2], or {"indices": [3, 7], "values": [0.5, 1]} for a sparse one.');
  }
}

export interface Answer {
  points: Point[];
  seconds: number;
  path: string; // of the request, and its body
  body: Body;
}

export async function ask(path: string, body: Body): Promise<Answer> {
  const start = performance.now();
  const { points } = await call<{ points: Point[] }>("POST", path, body);
  return { points, seconds: (performance.now() - start) / 1000, path, body };
}

/** What a search found. `changed` is called when one of the points is another one or gone. */
export function Hits(props: { collection: string; answer: Answer; changed: () => void }) {
  const { points } = props.answer;
  const [open, setOpen] = useState<Id>();
  const columns: Column<Point>[] = [
    {
      label: "Id",
      show: (point) => (
        <button class="bare" onClick={() => setOpen(point.id)}>
          {String(point.id)}
        </button>
      ),
    },
    { label: "Score", isNumber: true, show: (point) => point.score?.toPrecision(5) },
    ...(points.some((point) => point.ranks)
      ? [{ label: "Ranks", show: (point: Point) => point.ranks?.map((rank) => rank ?? "–").join(", ") }]
      : []),
    ...keysOf(points, 5).map((key): Column<Point> => ({ label: key, show: (point) => cell(memberOf(point.payload, key)) })),
  ];
  return (
    <>
      <p role="status">
        {points.length === 0 ? "Nothing was found" : counted(points.length, "point")} in {seconds(props.answer.seconds)}.
      </p>
      {points.length > 0 && <Table caption="Found points" rows={points} columns={columns} />}
      {open !== undefined && <PointDialog collection={props.collection} id={open} onClose={() => setOpen(undefined)} changed={props.changed} />}
    </>
  );
}

const MODES: [Mode, string][] = [
  ["id", "Similar to a point"],
  ["vector", "By a vector"],
  ["text", "By words"],
  ["hybrid", "By words and a vector"],
];

export function Search({ name, outline }: OfCollection) {
  const names = Object.keys(outline.vectors);
  const keys = wordKeys(outline);
  const [mode, setMode] = useState<Mode>("id");
  const [using, setUsing] = useState(names[0] ?? "");
  const [id, setId] = useState("");
  const [vector, setVector] = useState("");
  const [words, setWords] = useState("");
  const [key, setKey] = useState(keys[0]?.key ?? "");
  const [method, setMethod] = useState("relative");
  const [filterText, setFilterText] = useState("");
  const [limit, setLimit] = useState("10");
  const [isExact, setExact] = useState("no");
  const [answer, setAnswer] = useState<Answer>();
  const action = useAction();

  const query = (): Body => {
    const filter = readFilter(filterText);
    const common: Body = { limit: Number(limit) || 10, with_payload: true, ...(filter ? { filter } : {}) };
    if (mode === "text") return { ...common, query: { text: words }, using: key };
    const params = isExact === "yes" ? { params: { exact: true } } : {};
    return { ...common, ...params, query: mode === "id" ? idOf(id) : readVector(vector), ...(using ? { using } : {}) };
  };
  const hybrid = (): Body => {
    const filter = readFilter(filterText);
    const given = readVector(vector);
    const column = outline.vectors[using]?.column;
    return {
      text: words,
      ...(Array.isArray(given) ? { vector: given, vector_using: column } : { sparse: given, sparse_using: column }),
      ...(keys.length > 1 ? { text_using: keys.find((index) => index.key === key)?.index } : {}),
      method,
      limit: Number(limit) || 10,
      with_payload: true,
      ...(filter ? { filter } : {}),
    };
  };
  const search = () =>
    action.run(async () => setAnswer(await (mode === "hybrid" ? ask(own(name, "/hybrid_search"), hybrid()) : ask(at(name, "/points/query"), query()))));
  const again = ({ path, body }: Answer) => action.run(async () => setAnswer(await ask(path, body)));

  // Another view, or a hit of this one, may have asked for points that are similar to one.
  const asked = wanted.value?.collection === name ? wanted.value : undefined;
  useEffect(() => {
    if (!asked) return;
    setMode(asked.mode);
    setId(asked.text);
  }, [asked]);
  useEffect(() => {
    if (!asked || mode !== asked.mode || id !== asked.text) return;
    wanted.value = undefined;
    void search();
  }, [asked, mode, id]);

  const needsWords = mode === "text" || mode === "hybrid";
  return (
    <>
      <Form label="Search points" onSubmit={() => void search()}>
        <Field label="Search" value={mode} onInput={(value) => setMode(value as Mode)} options={MODES} />
        {mode === "id" && <Field label="Id of the point" value={id} onInput={setId} />}
        {needsWords && <Field label="Words" value={words} onInput={setWords} isWide />}
        {needsWords && keys.length > 1 && <Field label="Key of the words" value={key} onInput={setKey} options={keys.map((index) => index.key)} />}
        {(mode === "vector" || mode === "hybrid") && <Field label="Vector" value={vector} onInput={setVector} rows={3} isWide isCode placeholder="[0.1, 0.2, 0.3]" />}
        {mode !== "text" && names.length > 1 && <Field label="Vector to compare" value={using} onInput={setUsing} options={names.map((one): [string, string] => [one, vectorName(one)])} />}
        {mode === "hybrid" && <Field label="Method of fusion" value={method} onInput={setMethod} options={["relative", "rrf", "dbsf", "weighted"]} />}
        <Field label="Filter" value={filterText} onInput={setFilterText} isCode placeholder="color=red" />
        <Field label="Limit" type="number" value={limit} onInput={setLimit} />
        {(mode === "id" || mode === "vector") && <Field label="Exact" value={isExact} onInput={setExact} options={[["no", "by the index"], ["yes", "compare all points"]]} />}
        <button class="main" disabled={action.isBusy || (needsWords && keys.length === 0)}>
          {action.isBusy ? "Searching …" : "Search"}
        </button>
      </Form>
      {needsWords && keys.length === 0 && (
        <p class="empty">A search by words needs a payload index of type bm25. The overview of the collection can create one.</p>
      )}
      {action.error ? <Problem error={action.error} /> : answer && <Hits collection={name} answer={answer} changed={() => void again(answer)} />}
    </>
  );
}
