// Makes tokens: what they admit is signed with the key, in this browser.
import { useState } from "preact/hooks";
import { pretty } from "./format.ts";
import { Code, Field, Form, Problem, useAction } from "./parts.tsx";
import { claimsOf, sign, type TokenForm } from "./jwt.ts";

const HOUR = 3600;
const TIMES: [string, string][] = [
  [String(HOUR), "in an hour"],
  [String(24 * HOUR), "in a day"],
  [String(30 * 24 * HOUR), "in 30 days"],
  [String(365 * 24 * HOUR), "in a year"],
  ["0", "never"],
];

export function Tokens() {
  const [form, setForm] = useState<TokenForm>({ access: "r", collections: [{ name: "", access: "r" }], expires: 24 * HOUR, subject: "" });
  const [key, setKey] = useState("");
  const [token, setToken] = useState("");
  const action = useAction();
  const change = (changes: Partial<TokenForm>) => {
    setForm({ ...form, ...changes });
    setToken("");
  };
  const setCollection = (at: number, changes: object) => change({ collections: form.collections.map((one, i) => (i === at ? { ...one, ...changes } : one)) });
  const isComplete = key !== "" && (form.access !== "collections" || form.collections.some((one) => one.name));
  return (
    <section>
      <h1>Tokens</h1>
      <p>A token admits no more than the key that signs it, and may expire. The key stays in this browser: it is sent nowhere, and not kept.</p>
      {!globalThis.crypto?.subtle && (
        <p class="problem" role="alert">
          Browsers sign on pages of https:// and of localhost alone. Open the dashboard by one of these.
        </p>
      )}
      <Form label="Token" onSubmit={() => void action.run(async () => setToken(await sign(claimsOf(form, Date.now()), key)))}>
        <Field
          label="Admits"
          value={form.access}
          onInput={(access) => change({ access: access as TokenForm["access"] })}
          options={[
            ["r", "reading all"],
            ["m", "everything"],
            ["collections", "these collections"],
          ]}
        />
        {form.access === "collections" &&
          form.collections.map((one, i) => (
            <>
              <Field label={`Collection ${i + 1}`} value={one.name} onInput={(name) => setCollection(i, { name })} />
              <Field
                label={`Access to collection ${i + 1}`}
                value={one.access}
                onInput={(access) => setCollection(i, { access })}
                options={[
                  ["r", "reading"],
                  ["prw", "reading, and writing points"],
                  ["rw", "reading and writing"],
                ]}
              />
            </>
          ))}
        {form.access === "collections" && (
          <button type="button" onClick={() => change({ collections: [...form.collections, { name: "", access: "r" }] })}>
            One more collection
          </button>
        )}
        <Field label="Expires" value={String(form.expires)} onInput={(text) => change({ expires: Number(text) })} options={TIMES} />
        <Field label="Subject" value={form.subject} onInput={(subject) => change({ subject })} hint="whom it is for; may be empty" />
        <Field label="Key" type="password" value={key} onInput={(text) => (setKey(text), setToken(""))} hint="the read-write key of vecextd" />
        <button class="main" disabled={!isComplete || action.isBusy}>
          Make token
        </button>
      </Form>
      {action.error && <Problem error={action.error} />}
      <h2>Claims</h2>
      <Code label="Claims" text={pretty(claimsOf(form, Date.now()))} />
      {token && (
        <>
          <h2>Token</h2>
          <Code label="Token" text={token} />
        </>
      )}
    </section>
  );
}
