// The shell: the bar with its links, and the view of the place that the user is at.
import { Component, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { access, accessFault, go, hasShortcuts, isDark, link, notice, place, theme, version } from "./state.ts";
import { Collection } from "./collection.tsx";
import { Collections } from "./collections.tsx";
import { Console } from "./console.tsx";
import { Live } from "./live.tsx";
import { Problem } from "./parts.tsx";
import { Replication } from "./replication.tsx";
import { Statements } from "./statements.tsx";
import { Settings } from "./settings.tsx";
import { Tokens } from "./tokens.tsx";

const PLACES: [string, string, string][] = [
  // the address, the link, the key behind "g"
  ["collections", "Collections", "c"],
  ["console", "Console", "o"],
  ["statements", "Statements", "q"],
  ["live", "Live", "l"],
  ["replication", "Replication", "r"],
  ["tokens", "Tokens", "t"],
  ["settings", "Settings", "s"],
];

function view(parts: string[]): ComponentChildren {
  const [first, name, tab] = parts;
  switch (first) {
    case "collections":
      return name === undefined ? <Collections /> : <Collection key={name} name={name} tab={tab ?? "overview"} />;
    case "console":
      return <Console />;
    case "statements":
      return <Statements />;
    case "live":
      return <Live />;
    case "replication":
      return <Replication />;
    case "tokens":
      return <Tokens />;
    case "settings":
      return <Settings />;
    default:
      return (
        <section>
          <h1>Nothing here</h1>
          <p>
            The dashboard has no such page. <a href={link("collections")}>Go to the collections</a>.
          </p>
        </section>
      );
  }
}

// "g c" goes to the collections, "/" to the first field of the page.
function useKeys() {
  useEffect(() => {
    let isWaiting = false;
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || event.ctrlKey || event.metaKey || event.altKey || !hasShortcuts.value) return;
      if (isWaiting) {
        const found = PLACES.find(([, , key]) => key === event.key);
        if (found) go(found[0]);
      } else if (event.key === "/") {
        const field = document.querySelector<HTMLElement>("main input, main textarea");
        if (field) {
          event.preventDefault();
          field.focus();
        }
      }
      isWaiting = !isWaiting && event.key === "g";
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

/** Says what a view failed with, where else the page would be blank. */
class Boundary extends Component<{ path: string; children: ComponentChildren }, { error?: Error }> {
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  componentDidCatch(error: Error) {
    console.error(error);
  }
  componentDidUpdate(before: { path: string }) {
    if (this.state.error && before.path !== this.props.path) this.setState({ error: undefined });
  }
  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <section>
        <h1>This page has failed</h1>
        <Problem error={error} retry={() => this.setState({ error: undefined })} />
      </section>
    );
  }
}

function App() {
  useKeys();
  const main = useRef<HTMLElement>(null);
  const seen = useRef<string | undefined>(undefined);
  const here = place.value;
  const path = here.join("/");
  useEffect(() => {
    document.title = `${here.join(" · ")} – vecext`;
    scrollTo(0, 0);
  }, [path]);
  // The keyboard goes on from the heading of another page. Tabs of a collection are one page.
  const page = here.slice(0, 2).join("/");
  useEffect(() => {
    if (seen.current !== undefined) {
      const heading = main.current?.querySelector<HTMLElement>("h1");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
    }
    seen.current = page;
  }, [page]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <header>
        <a class="brand" href={link("collections")}>
          <img src="icon.svg" alt="" width="24" height="24" /> vecext
        </a>
        <nav aria-label="Pages">
          {PLACES.map(([address, label]) => (
            <a href={link(address)} aria-current={here[0] === address ? "page" : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <span class="grow" />
        {access.value === "read" && <span class="badge read">read only</span>}
        <button
          class="small"
          aria-label={isDark.value ? "Light colors" : "Dark colors"}
          onClick={() => (theme.value = isDark.value ? "light" : "dark")}
        >
          {isDark.value ? "☀" : "☾"}
        </button>
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {access.value === "none" && here[0] !== "settings" ? (
          <section>
            <h1>A key is needed</h1>
            <p>{accessFault.value}</p>
            <a href={link("settings")}>Enter a key</a>
          </section>
        ) : (
          <Boundary path={path}>{view(here)}</Boundary>
        )}
      </main>
      <footer>
        vecextd {version.value} · <a href="../docs">routes</a> · <a href="licenses.txt">licenses</a>
      </footer>
      <div class={notice.value ? "notice shown" : "notice"} role="status">
        {notice.value}
      </div>
    </>
  );
}

render(<App />, document.getElementById("app")!);
