// Puts a request together, and shows the SQL that it becomes and how that is executed.
import { useState } from "preact/hooks";
import { at, call, idOf, own, parse, type Body, type PlanStep } from "./api.ts";
import type { OfCollection } from "./collection.tsx";
import { curlOf } from "./console.tsx";
import { readFilter } from "./filter.ts";
import { counted, pretty, vectorName } from "./format.ts";
import { Code, Field, Form, Problem, copy, useAction } from "./parts.tsx";
import { Hits, ask, readVector, wordKeys, type Answer } from "./search.tsx";

type Kind = "all" | "id" | "vector" | "text" | "fusion" | "recommend" | "order" | "random";

const KINDS: [Kind, string][] = [
  ["all", "all points, by their ids"],
  ["id", "similar to a point"],
  ["vector", "by a vector"],
  ["text", "by words"],
  ["fusion", "by words and a vector, fused by ranks"],
  ["recommend", "by examples"],
  ["order", "in the order of a key"],
  ["random", "at random"],
];

interface Parts {
  kind: Kind;
  using: string;
  input: string; // ids, words or a key
  vector: string;
  filter: string;
  limit: string;
  isExact: string;
}

function queryOf(parts: Parts, key: string): Body {
  const ids = parts.input.split(/[\s,]+/).filter(Boolean).map(idOf);
  const using: Body = parts.using ? { using: parts.using } : {};
  switch (parts.kind) {
    case "id":
      return { query: ids[0] ?? 1, ...using };
    case "vector":
      return { query: readVector(parts.vector), ...using };
    case "text":
      return { query: { text: parts.input }, using: key };
    case "fusion":
      return {
        prefetch: [
          { query: { text: parts.input }, using: key, limit: 100 },
          { query: readVector(parts.vector), ...using, limit: 100 },
        ],
        query: { fusion: "rrf" },
      };
    case "recommend":
      return { query: { recommend: { positive: ids } }, ...using };
    case "order":
      return { query: { order_by: parts.input } };
    case "random":
      return { query: { sample: "random" } };
    default:
      return {};
  }
}

function requestOf(parts: Parts, key: string): Body {
  const filter = readFilter(parts.filter);
  return {
    ...queryOf(parts, key),
    ...(filter ? { filter } : {}),
    ...(parts.isExact === "yes" ? { params: { exact: true } } : {}),
    limit: Number(parts.limit) || 10,
    with_payload: true,
  };
}

const INPUTS: Partial<Record<Kind, string>> = {
  id: "Id of the point",
  text: "Words",
  fusion: "Words",
  recommend: "Ids of examples",
  order: "Key",
};

function Steps({ steps }: { steps: PlanStep[] }) {
  if (steps.length === 0) return <p class="empty">The request executes no statement.</p>;
  return (
    <ol class="steps">
      {steps.map((step, i) => (
        <li>
          <h3>
            Statement {i + 1}: {counted(step.rows, "row")}
          </h3>
          <Code label={`SQL of statement ${i + 1}`} text={step.statement} />
          {step.parameters.length > 0 && (
            <dl class="parameters">
              {step.parameters.map((value, n) => (
                <div>
                  <dt>${n + 1}</dt>
                  <dd>
                    <code>{value ?? "null"}</code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
          <Code label={`Plan of statement ${i + 1}`} text={step.plan} />
        </li>
      ))}
    </ol>
  );
}

export function Builder({ name, outline }: OfCollection) {
  const names = Object.keys(outline.vectors);
  const keys = wordKeys(outline);
  const [parts, setParts] = useState<Parts>({ kind: "all", using: names[0] ?? "", input: "", vector: "", filter: "", limit: "10", isExact: "no" });
  const [key, setKey] = useState(keys[0]?.key ?? "");
  const [text, setText] = useState(pretty(requestOf({ ...parts }, "")));
  const [fault, setFault] = useState<Error>();
  const [answer, setAnswer] = useState<Answer>();
  const [steps, setSteps] = useState<PlanStep[]>();
  const action = useAction();

  const change = (changes: Partial<Parts>, words = key) => {
    const next = { ...parts, ...changes };
    setParts(next);
    setKey(words);
    try {
      setText(pretty(requestOf(next, words)));
      setFault(undefined);
    } catch (error) {
      setFault(error as Error);
    }
  };
  const body = (): Body => {
    try {
      return parse(text) as Body;
    } catch (error) {
      throw new Error(`The request is not JSON: ${(error as Error).message}`);
    }
  };
  const run = () => action.run(async () => setAnswer(await ask(at(name, "/points/query"), body())));
  const again = ({ path, body: sent }: Answer) => action.run(async () => setAnswer(await ask(path, sent)));
  const explain = () =>
    action.run(async () => setSteps((await call<{ statements: PlanStep[] }>("POST", own(name, "/query_plan"), body())).statements));

  const hasVector = parts.kind === "vector" || parts.kind === "fusion";
  const hasUsing = names.length > 1 && ["id", "vector", "fusion", "recommend"].includes(parts.kind);
  return (
    <>
      <Form label="Query" onSubmit={() => void explain()}>
        <Field label="Points" value={parts.kind} onInput={(kind) => change({ kind: kind as Kind })} options={KINDS} />
        {INPUTS[parts.kind] && <Field label={INPUTS[parts.kind]!} value={parts.input} onInput={(input) => change({ input })} />}
        {hasVector && <Field label="Vector" value={parts.vector} onInput={(vector) => change({ vector })} isCode placeholder="[0.1, 0.2]" />}
        {hasUsing && <Field label="Vector to compare" value={parts.using} onInput={(using) => change({ using })} options={names.map((one): [string, string] => [one, vectorName(one)])} />}
        {(parts.kind === "text" || parts.kind === "fusion") && (
          <Field label="Key of the words" value={key} onInput={(value) => change({}, value)} hint="with a payload index of type bm25" />
        )}
        <Field label="Filter" value={parts.filter} onInput={(filter) => change({ filter })} isCode placeholder="color=red" />
        <Field label="Limit" type="number" value={parts.limit} onInput={(limit) => change({ limit })} />
        <Field label="Exact" value={parts.isExact} onInput={(isExact) => change({ isExact })} options={[["no", "by the index"], ["yes", "compare all points"]]} />
        {fault && <Problem error={fault} />}
        <Field label="Request" value={text} onInput={setText} rows={10} isCode isWide hint={`POST /${at(name, "/points/query")}`} />
        <div class="row wide">
          <button class="main" disabled={action.isBusy}>
            Show SQL and plan
          </button>
          <button type="button" disabled={action.isBusy} onClick={() => void run()}>
            Run
          </button>
          <button type="button" onClick={() => void copy(curlOf("POST", at(name, "/points/query"), text))}>
            Copy as cURL
          </button>
        </div>
      </Form>
      {action.error && <Problem error={action.error} />}
      {answer && <Hits collection={name} answer={answer} changed={() => void again(answer)} />}
      {steps && (
        <>
          <h2>What it becomes</h2>
          <Steps steps={steps} />
        </>
      )}
    </>
  );
}
