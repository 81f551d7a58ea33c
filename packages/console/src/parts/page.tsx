import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { texts } from "../texts/texts.ts";

/** A page: one title, what belongs beside it, one primary action at the end. */
export function Page({
  title,
  beside,
  actions,
  children,
}: {
  title: string;
  beside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <Title order={1}>{title}</Title>
        {beside}
        <span className="page-head-space" />
        {actions}
      </header>
      {children}
    </div>
  );
}
