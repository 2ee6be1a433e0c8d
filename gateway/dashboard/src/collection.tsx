// A collection: its tabs.
import { own, call, type Outline } from "./api.ts";
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

/** What a tab gets that makes requests to search a collection. */
export interface OfCollection {
  name: string;
  outline: Outline;
}

export function Collection({ name, tab }: { name: string; tab: string }) {
  const outline = useLoad(() => call<Outline>("GET", own(name, "")), [name]);
  const view = () => {
    switch (tab) {
      case "points":
        return <Points name={name} />;
      case "search":
        return <Loaded from={outline}>{(data) => <Search name={name} outline={data} />}</Loaded>;
      case "plot":
        return <Loaded from={outline}>{(data) => <Plot name={name} outline={data} />}</Loaded>;
      case "query":
        return <Loaded from={outline}>{(data) => <Builder name={name} outline={data} />}</Loaded>;
      default:
        return <Overview name={name} changed={outline.reload} />;
    }
  };
  return (
    <section>
      <div class="row head">
        <h1>
          <a href={link("collections")} aria-label="All collections">
            Collections
          </a>{" "}
          / {name}
        </h1>
        {outline.data && <Badge kind={outline.data.status} />}
      </div>
      <nav class="tabs" aria-label="Views of the collection">
        {TABS.map(([address, label]) => (
          <a href={link("collections", name, address)} aria-current={tab === address ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {view()}
    </section>
  );
}
