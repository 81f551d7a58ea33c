import {
  IconArrowFork,
  IconArrowMerge,
  IconBraces,
  IconClock,
  IconListDetails,
  IconLogin2,
  IconLogout2,
  IconPuzzle,
  IconRepeat,
  IconSitemap,
  IconTextCaption,
  IconTextPlus,
  IconUserCheck,
  IconWebhook,
  IconWorld,
  type TablerIcon,
} from "@tabler/icons-react";

/** What the platform itself brings, told apart at a glance; the second forms look like the first. */
const builtIn: Record<string, TablerIcon> = {
  InputNode: IconLogin2,
  OutputNode: IconLogout2,
  ComposeTextNode: IconTextCaption,
  CombineText: IconTextPlus,
  ConditionNode: IconArrowFork,
  JsonQueryNode: IconBraces,
  InvokeSubflow: IconSitemap,
  MapListNode: IconListDetails,
  LoopNode: IconRepeat,
  MergeListsNode: IconArrowMerge,
  HttpRequestNode: IconWorld,
  DelayNode: IconClock,
  ApprovalNode: IconUserCheck,
  WebhookWaitNode: IconWebhook,
};

/** A node's kind as a picture: of a built-in node what it does, of any other that it is a plugin's. */
export function NodeIcon({ type }: { type: string }) {
  const Icon = builtIn[type] ?? builtIn[type.replace(/V2(Node)?$/, "")] ?? IconPuzzle;
  return <Icon size={16} stroke={1.6} className="node-icon" aria-hidden />;
}
