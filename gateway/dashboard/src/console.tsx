// A console: any request, its answer, and those before it.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { apiKey, base, parse, send, type Reply } from "./api.ts";
import { pretty, seconds, short } from "./format.ts";
import { Code, Field, Form, Problem, copy, useAction } from "./parts.tsx";
import { mayWrite } from "./state.ts";
import { store, stored } from "./storage.ts";

const HISTORY = "vecext.history";
const MOST = 50; // requests that are kept

interface Sent {
  method: string;
  path: string;
  body: string;
  status: number;
}

// It is kept with the tab, as the key is.
function kept(): Sent[] {
  try {
    return JSON.parse(stored("sessionStorage", HISTORY) ?? "[]") as Sent[];
  } catch {
    return [];
  }
}
const history = signal<Sent[]>(kept());

function remember(sent: Sent) {
  const others = history.value.filter((one) => one.method !== sent.method || one.path !== sent.path || one.body !== sent.body);
  history.value = [sent, ...others].slice(0, MOST);
  store("sessionStorage", HISTORY, JSON.stringify(history.value));
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command for a shell. The key is a variable in it, so that it may be shown and sent around. */
export function curlOf(method: string, path: string, body: string): string {
  const parts = [`curl -X ${method} ${quoted(new URL(path.replace(/^\/+/, ""), base).href)}`];
  if (apiKey.value) parts.push('-H "api-key: $VECEXTD_API_KEY"');
  if (body.trim()) parts.push("-H 'content-type: application/json'", `-d ${quoted(body.trim())}`);
  return parts.join(" \\\n  ");
}

const KNOWN = [
  "/collections",
  "/collections/NAME",
  "/collections/NAME/points/scroll",
  "/collections/NAME/points/query",
  "/collections/NAME/points/count",
  "/collections/NAME/facet",
  "/vecext/collections",
  "/vecext/collections/NAME/health",
  "/vecext/collections/NAME/query_plan",
  "/vecext/collections/NAME/recall",
  "/vecext/collections/NAME/hybrid_search",
  "/vecext/replication",
  "/vecext/sql",
];

function answerOf(text: string): string {
  try {
    return pretty(parse(text));
  } catch {
    return text || "(no body)";
  }
}

export function Console() {
  const [method, setMethod] = useState("GET");
  const [path, setPath] = useState("/collections");
  const [body, setBody] = useState("");
  const [reply, setReply] = useState<Reply>();
  const action = useAction();
  const submit = () =>
    action.run(async () => {
      setReply(undefined);
      const answer = await send(method, path, method === "GET" || !body.trim() ? undefined : body);
      remember({ method, path, body, status: answer.status });
      setReply(answer);
    });
  const again = (one: Sent) => {
    setMethod(one.method);
    setPath(one.path);
    setBody(one.body);
  };
  return (
    <section>
      <h1>Console</h1>
      <div
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !action.isBusy) void submit();
        }}
      >
        <Form label="Request" onSubmit={() => void submit()}>
          <Field label="Method" value={method} onInput={setMethod} options={mayWrite.value ? ["GET", "POST", "PUT", "PATCH", "DELETE"] : ["GET", "POST"]} />
          <Field label="Path" value={path} onInput={setPath} isCode isWide />
          <Field label="Or a known path" value="" onInput={(value) => value && setPath(value)} options={[["", "choose"], ...KNOWN.map((one): [string, string] => [one, one])]} />
          {method !== "GET" && <Field label="Body" value={body} onInput={setBody} rows={10} isCode isWide hint="JSON. Ctrl+Enter sends it." />}
          <div class="row wide">
            <button class="main" disabled={action.isBusy}>
              {action.isBusy ? "Waiting …" : "Send"}
            </button>
            <button type="button" onClick={() => void copy(curlOf(method, path, method === "GET" ? "" : body))}>
              Copy as cURL
            </button>
          </div>
        </Form>
      </div>
      {action.error && <Problem error={action.error} retry={() => void submit()} />}
      {reply && (
        <>
          <p role="status">
            Status {reply.status} in {seconds(reply.milliseconds / 1000)}.
          </p>
          <Code label="Answer" text={answerOf(reply.text)} />
        </>
      )}
      <h2>History</h2>
      {history.value.length === 0 ? (
        <p class="empty">Requests that you send are listed here until you close this tab.</p>
      ) : (
        <ul class="plain history">
          {history.value.map((one) => (
            <li>
              <button class="bare" onClick={() => again(one)}>
                <code>
                  {one.method} {one.path}
                </code>{" "}
                {one.body && <code>{short(one.body.replace(/\s+/g, " "), 60)}</code>}
              </button>{" "}
              <small>{one.status}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
