// A collection: its tabs.
import { useRef } from "preact/hooks";
import { own, call, type Health } from "./api.ts";
import { Badge, Loaded, useLoad } from "./parts.tsx";
import { link } from "./state.ts";
import { Builder } from "./builder.tsx";
import { Overview } from "./overview.tsx";
import { Plot } from "./plot.tsx";
import { Points } from "./points.tsx";
import { Search } from "./search.tsx";

const TABS: [string, string][] = [
  ["overview", "Overview"],
  ["points", "Points"],
  ["search", "Search"],
  ["plot", "Plot"],
  ["query", "Query builder"],
];

/** What tabs but that of the points get: the collection, and how to read it again. */
export interface OfCollection {
  name: string;
  health: Health;
  reload: () => void;
}

export function Collection({ name, tab }: { name: string; tab: string }) {
  // Reading the state of indexes takes its time on large ones, and the points need none of it.
  const isNeeded = useRef(false);
  isNeeded.current ||= tab !== "points";
  const health = useLoad(async () => (isNeeded.current ? call<Health>("GET", own(name, "/health")) : undefined), [name, isNeeded.current]);
  return (
    <section>
      <div class="row head">
        <h1>
          <a href={link("collections")} aria-label="All collections">
            Collections
          </a>{" "}
          / {name}
        </h1>
        {health.data && <Badge kind={health.data.status} />}
      </div>
      <nav class="tabs" aria-label="Views of the collection">
        {TABS.map(([address, label]) => (
          <a href={link("collections", name, address)} aria-current={tab === address ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {tab === "points" ? (
        <Points name={name} />
      ) : (
        <Loaded<Health> from={{ ...health }}>
          {(data) => {
            const props: OfCollection = { name, health: data, reload: health.reload };
            switch (tab) {
              case "search":
                return <Search {...props} />;
              case "plot":
                return <Plot {...props} />;
              case "query":
                return <Builder {...props} />;
              default:
                return <Overview {...props} />;
            }
          }}
        </Loaded>
      )}
    </section>
  );
}
