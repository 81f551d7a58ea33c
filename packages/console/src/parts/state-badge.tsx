import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCirclePlus,
  IconCircleX,
  IconClock,
  IconHourglass,
  IconLoader2,
  IconMoon,
  IconPencil,
  IconPlayerPause,
  IconPower,
  IconUserQuestion,
  type TablerIcon,
} from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";

export type Tone = "ok" | "busy" | "warn" | "bad" | "idle";

const looks: Record<string, { tone: Tone; icon: TablerIcon; moves?: boolean }> = {
  running: { tone: "ok", icon: IconCircleCheck },
  idle: { tone: "ok", icon: IconMoon },
  off: { tone: "idle", icon: IconPower },
  held: { tone: "warn", icon: IconPlayerPause },
  installing: { tone: "busy", icon: IconLoader2, moves: true },
  restarting: { tone: "warn", icon: IconLoader2, moves: true },
  missing_config: { tone: "warn", icon: IconAlertTriangle },
  error: { tone: "bad", icon: IconCircleX },
  uninstalling: { tone: "idle", icon: IconLoader2, moves: true },
  uninstalled: { tone: "idle", icon: IconCircleMinus },
  queued: { tone: "idle", icon: IconClock },
  under_way: { tone: "busy", icon: IconLoader2, moves: true },
  retrying: { tone: "warn", icon: IconLoader2, moves: true },
  completed: { tone: "ok", icon: IconCircleCheck },
  failed: { tone: "bad", icon: IconCircleX },
  stopped: { tone: "idle", icon: IconCircleMinus },
  skipped: { tone: "idle", icon: IconCircleDashed },
  paused: { tone: "warn", icon: IconPlayerPause },
  unreached: { tone: "idle", icon: IconCircleDashed },
  waiting: { tone: "busy", icon: IconHourglass },
  awaiting_human_feedback: { tone: "warn", icon: IconUserQuestion },
  alive: { tone: "ok", icon: IconCircleCheck },
  away: { tone: "bad", icon: IconCircleX },
  active: { tone: "ok", icon: IconCircleCheck },
  failing: { tone: "bad", icon: IconCircleX },
  added: { tone: "ok", icon: IconCirclePlus },
  removed: { tone: "bad", icon: IconCircleMinus },
  changed: { tone: "warn", icon: IconPencil },
  inactive: { tone: "idle", icon: IconCircleMinus },
};

/** A run that is "running" is under way; a plugin that is "running" has arrived. */
function lookOf(state: string, of: "plugin" | "run") {
  return (state === "running" && of === "run" ? looks.under_way : looks[state]) ?? looks.unreached;
}

export function toneOf(state: string, of: "plugin" | "run" = "run"): Tone {
  return lookOf(state, of)?.tone ?? "idle";
}

/** A state as icon, word and colour; never colour alone. */
export function StateBadge({ state, of = "run" }: { state: string; of?: "plugin" | "run" }) {
  const look = lookOf(state, of);
  const Icon = look?.icon ?? IconCircleDashed;
  return (
    <span className="state" data-tone={look?.tone} data-state={state}>
      <Icon size={16} aria-hidden className={look?.moves ? "spin" : undefined} />
      {texts.status[state] ?? state}
    </span>
  );
}
