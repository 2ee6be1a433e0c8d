// The key, the colors, and what keys of the keyboard do.
import { useState } from "preact/hooks";
import { apiKey, base, setKey } from "./api.ts";
import { Field, Form } from "./parts.tsx";
import { access, accessFault, hasShortcuts, tell, theme, type Theme } from "./state.ts";

const ACCESS: Record<string, string> = {
  write: "This key admits reads and writes.",
  read: "This key admits reads alone, so pages offer no changes.",
  none: "The server wants a key.",
};

export function Settings() {
  const [text, setText] = useState(apiKey.value);
  return (
    <section>
      <h1>Settings</h1>
      <h2>Key</h2>
      <Form
        label="Key"
        onSubmit={() => {
          setKey(text);
          tell(text.trim() ? "The key is kept until you close this tab." : "The key is forgotten.");
        }}
      >
        <Field label="API key or token" type="password" value={text} onInput={setText} isWide hint="It is kept in this tab alone, and forgotten when you close it." />
        <button class="main">Use it</button>
        <button type="button" onClick={() => (setText(""), setKey(""))}>
          Forget it
        </button>
      </Form>
      <p role="status">{ACCESS[access.value] ?? (accessFault.value || "Asking the server …")}</p>
      <h2>Colors</h2>
      <Form label="Colors" onSubmit={() => {}}>
        <Field
          label="Colors"
          value={theme.value}
          onInput={(value) => (theme.value = value as Theme)}
          options={[
            ["system", "as the system has them"],
            ["light", "light"],
            ["dark", "dark"],
          ]}
        />
      </Form>
      <h2>Keyboard</h2>
      <Form label="Keyboard" onSubmit={() => {}}>
        <Field
          label="Keys / and g"
          value={hasShortcuts.value ? "on" : "off"}
          onInput={(value) => (hasShortcuts.value = value === "on")}
          options={[
            ["on", "go to fields and pages"],
            ["off", "do nothing"],
          ]}
        />
      </Form>
      <dl class="parameters">
        <div>
          <dt>/</dt>
          <dd>goes to the first field of the page</dd>
        </div>
        <div>
          <dt>g, then c, o, q, l, r, t, s</dt>
          <dd>goes to collections, console, statements, live, replication, tokens, settings</dd>
        </div>
        <div>
          <dt>Ctrl+Enter</dt>
          <dd>sends the request of the console</dd>
        </div>
        <div>
          <dt>Esc</dt>
          <dd>closes a dialog</dd>
        </div>
      </dl>
      <p class="note">Requests go to {base.href}</p>
    </section>
  );
}
