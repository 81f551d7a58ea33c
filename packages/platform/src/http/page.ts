import { type Page, pageQuerySchema } from "@noxus/contracts";
import type { z } from "zod";

export type PageQuery = z.infer<typeof pageQuerySchema>;
export { pageQuerySchema };

/** Where a page lies in a list; 20 items unless asked otherwise. */
export function pageOf({ page, size, page_size }: PageQuery): {
  page: number;
  limit: number;
  offset: number;
} {
  const limit = size ?? page_size ?? 20;
  return { page, limit, offset: (page - 1) * limit };
}

/** A page in the form that the published clients read. */
export function toPage<T>(items: T[], total: number, query: PageQuery): Page<T> {
  const { page, limit } = pageOf(query);
  return { items, total, page, size: limit };
}
