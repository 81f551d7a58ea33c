import { z } from "zod";

/** A file's record as `POST /v1/file` answers it. */
export const fileRecordSchema = z.looseObject({
  id: z.uuid(),
  uri: z.string(),
  /** Bytes. */
  size: z.number().int(),
  group_id: z.string(),
  filename: z.string(),
  content_type: z.string(),
  source_type: z.string(),
  source_metadata: z.unknown().optional(),
  created_at: z.string(),
});
export type FileRecord = z.infer<typeof fileRecordSchema>;
