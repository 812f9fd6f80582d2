import { lazy, Suspense, useEffect, useRef } from "react";
import { annotator, setAnnotator, useAnnotator } from "./annotator";
import { useSession } from "./live";
import { Ask } from "./pages/Ask";
import { Changes } from "./pages/Changes";
import { Clashes } from "./pages/Clashes";
import { Export } from "./pages/Export";
import { Groups } from "./pages/Groups";
import { Home } from "./pages/Home";
import { Busy, Fault } from "./parts/Notice";
import { href, type PageName, PAGES, useRoute } from "./route";
import { arrive } from "./since";
import type { Session } from "./types";
import { count } from "./words";

// The drawing library is most of the bundle, and no question waits for it.
const MapPage = lazy(() => import("./pages/MapPage").then((module) => ({ default: module.MapPage })));

const TITLES: Record<PageName, string> = {
  ask: "Ask",
  groups: "Groups",
  map: "Map",
  changes: "Changes",
  clashes: "Clashes",
  export: "Export",
};

export function App() {
  const { session, page } = useRoute();
  useEffect(() => {
    document.title = session ? `${TITLES[page]} · ${session} · clusteer` : "clusteer studio";
  }, [session, page]);
  return (
    <>
      <a className="skip-link" href="#main" onClick={toMain}>
        To the content
      </a>
      {session === null ? <Home /> : <InSession key={session} name={session} page={page} />}
    </>
  );
}

/** The address after the # is the page's own, so the link to the content moves the focus by hand. */
function toMain(event: React.MouseEvent) {
  event.preventDefault();
  document.querySelector("main")?.focus();
}

function InSession({ name, page }: { name: string; page: PageName }) {
  const { data, error } = useSession(name);
  useEffect(() => {
    if (data) arrive(data);
  }, [data]);
  return (
    <>
      <header className="bar">
        <a className="wordmark" href={href(null)} title="All sessions">
          clusteer
        </a>
        <span className="where">
          {name}
          <small role="status">{data?.computing && page !== "ask" ? " bringing the groups up to date …" : ""}</small>
        </span>
        <nav aria-label="Pages of this session">
          {PAGES.map((other) => (
            <a key={other} href={href(name, other)} aria-current={other === page ? "page" : undefined}>
              {TITLES[other]}
              {other === "clashes" && data?.conflicts ? <b className="badge">{data.conflicts}</b> : null}
            </a>
          ))}
        </nav>
        <Who />
      </header>
      <main id="main" tabIndex={-1} className={`page page-${page}`}>
        {data ? (
          <Suspense fallback={<Busy>Loading the map’s drawing …</Busy>}>
            {error && <Fault fault={error}>What you see is as it was last. Trying again.</Fault>}
            {data.trouble && (
              <Fault fault={data.trouble}>Your answers are safe; the groups are as they were before.</Fault>
            )}
            {data.computing && data.groups.length === 0 && page !== "ask" && page !== "export" ? (
              <Busy>Making the first groups of {count(data.items, "item")} …</Busy>
            ) : (
              <Page page={page} session={data} />
            )}
          </Suspense>
        ) : error ? (
          <Fault fault={error}>
            <a href={href(null)}>All sessions</a>
          </Fault>
        ) : (
          <Busy>Opening {name} …</Busy>
        )}
      </main>
    </>
  );
}

function Page({ page, session }: { page: PageName; session: Session }) {
  switch (page) {
    case "ask":
      return <Ask session={session} />;
    case "groups":
      return <Groups session={session} />;
    case "map":
      return <MapPage session={session} />;
    case "changes":
      return <Changes session={session} />;
    case "clashes":
      return <Clashes session={session} />;
    case "export":
      return <Export session={session} />;
  }
}

function Who() {
  const name = useAnnotator();
  const menu = useRef<HTMLDetailsElement>(null);
  const keep = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAnnotator(String(new FormData(event.currentTarget).get("who")));
    menu.current?.removeAttribute("open");
  };
  return (
    <details className="who" ref={menu}>
      <summary>
        <span className="quiet">Answers by</span> {name}
      </summary>
      <form onSubmit={keep}>
        <label>
          Your name, kept with each answer
          <input name="who" defaultValue={annotator()} key={name} maxLength={60} autoComplete="nickname" />
        </label>
        <button>Keep</button>
      </form>
    </details>
  );
}
