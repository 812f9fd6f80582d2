import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { Refused } from "./api";
import { App } from "./App";
import "./theme.css";
import "./parts.css";
import "./dialogs.css";
import "./ask.css";
import "./questions.css";
import "./gallery.css";
import "./map.css";
import "./pages.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: "always", // the studio is on this machine: it is there without the internet
      retry: (failures, fault) => !(fault instanceof Refused && fault.status < 500) && failures < 3,
    },
    mutations: { networkMode: "always" },
  },
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}
