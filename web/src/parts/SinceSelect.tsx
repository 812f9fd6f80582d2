import { setParams } from "../route";
import { SINCE } from "../since";

export function SinceSelect({ chosen }: { chosen: string }) {
  return (
    <select aria-label="Since when" value={chosen} onChange={(event) => setParams({ since: event.target.value })}>
      {Object.entries(SINCE).map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}
