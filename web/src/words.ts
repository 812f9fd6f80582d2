/** How numbers, times and groups are said. */

import type { Group, Job } from "./types";

const whole = new Intl.NumberFormat("en");

export const number = (n: number): string => whole.format(n);

export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${number(n)} ${n === 1 ? noun : plural}`;
}

/** With a space that does not break. */
export const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`;

/** Seconds as a person says them: "40 s", "6 min", "1 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function ago(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return "just now";
  if (seconds < 3_600) return `${duration(seconds)} ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3_600)} h ago`;
  return seconds < 30 * 86_400
    ? `${count(Math.round(seconds / 86_400), "day")} ago`
    : new Date(iso).toLocaleDateString("en", { year: "numeric", month: "short", day: "numeric" });
}

export const groupName = (group: Pick<Group, "number" | "name">): string => group.name || `group ${group.number}`;

/** Name of a group by its number, where it may have vanished since. */
export function nameOf(groups: readonly Group[], wanted: number | null): string {
  if (wanted === null || wanted < 0) return "no group";
  return groupName(groups.find((group) => group.number === wanted) ?? { number: wanted, name: null });
}

export function jobProgress(job: Job): string {
  const counted = job.total > 0 ? `${number(job.done)} of ${number(job.total)}` : "";
  const left = job.seconds_left === null ? "" : `about ${duration(job.seconds_left)} left`;
  return [counted, left].filter(Boolean).join(", ");
}

export const sentence = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
