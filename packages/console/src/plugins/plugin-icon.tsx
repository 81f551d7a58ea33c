import { IconPackage } from "@tabler/icons-react";

/** Stands beside the plugin's name, so that it says nothing by itself. */
export function PluginIcon({ icon }: { icon: string | null }) {
  if (icon) return <img src={icon} alt="" width={32} height={32} />;
  return <IconPackage size={32} stroke={1.2} aria-hidden />;
}
