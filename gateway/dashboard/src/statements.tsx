// Statements that the operator allows by name: runs them with parameters.
import { useState } from "preact/hooks";
import { call, parse, type Json } from "./api.ts";
import { cell, counted, seconds } from "./format.ts";
import { Badge, Code, Field, Form, Loaded, Problem, Table, useAction, useLoad, type Column } from "./parts.tsx";
import { mayManage } from "./state.ts";

interface Statement {
  name: string;
  parameters: number;
  writes: boolean;
  statement: string;
}

type Row = { [column: string]: Json };

// A parameter is JSON if it looks like it, as a vector does; all other texts are strings.
function parameterOf(text: string): unknown {
  if (text === "null") return null;
  if (!/^[[{]/.test(text.trim())) return text;
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function Run({ of }: { of: Statement }) {
  const [texts, setTexts] = useState<string[]>(Array.from({ length: of.parameters }, () => ""));
  const [answer, setAnswer] = useState<{ rows: Row[]; seconds: number }>();
  const action = useAction();
  const run = () =>
    action.run(async () => {
      const start = performance.now();
      const { rows } = await call<{ rows: Row[] }>("POST", `vecext/sql/${of.name}`, { parameters: texts.map(parameterOf) });
      setAnswer({ rows, seconds: (performance.now() - start) / 1000 });
    });
  const columns = Object.keys(answer?.rows[0] ?? {}).map((name): Column<Row> => ({ label: name, show: (row) => cell(row[name]) }));
  return (
    <>
      <Code label={`SQL of ${of.name}`} text={of.statement} />
      {of.writes && !mayManage.value ? (
        <p class="note">This key does not admit it: the statement writes.</p>
      ) : (
        <Form label={`Run ${of.name}`} onSubmit={() => void run()}>
          {texts.map((text, i) => (
            <Field label={`$${i + 1}`} value={text} onInput={(value) => setTexts(texts.map((old, n) => (n === i ? value : old)))} isCode />
          ))}
          <button class="main" disabled={action.isBusy}>
            Run
          </button>
        </Form>
      )}
      {action.error && <Problem error={action.error} />}
      {answer && (
        <>
          <p role="status">
            {counted(answer.rows.length, "row")} in {seconds(answer.seconds)}.
          </p>
          {answer.rows.length > 0 && <Table caption={`Rows of ${of.name}`} rows={answer.rows} columns={columns} />}
        </>
      )}
    </>
  );
}

export function Statements() {
  const list = useLoad(() => call<{ statements: Statement[] }>("GET", "vecext/sql"), []);
  return (
    <section>
      <h1>Statements</h1>
      <Loaded from={list}>
        {({ statements }) =>
          statements.length === 0 ? (
            <p class="empty">
              There is none. <code>vecextd --statements FILE</code> offers those of a file.
            </p>
          ) : (
            statements.map((one) => (
              <article>
                <h2>
                  {one.name} {one.writes && <Badge kind="writes" />}
                </h2>
                <Run of={one} />
              </article>
            ))
          )
        }
      </Loaded>
    </section>
  );
}
