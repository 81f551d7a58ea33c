import { z } from "zod";

/** Lists are pages: `?page=&size=` (the client also sends `page_size`), `page` from 1. */
export const pageQuerySchema = z.looseObject({
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(1).max(500).optional(),
  page_size: z.coerce.number().int().min(1).max(500).optional(),
});

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  size: number;
}

export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.number().int(), page: z.number().int(), size: z.number().int() });
