ALTER TABLE "node_runs" ADD COLUMN "wait" jsonb;--> statement-breakpoint
ALTER TABLE "node_runs" ADD COLUMN "plugin_release" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "pause_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "deadline_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "wake_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "wake_requested" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "restarted_from" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "subflows" jsonb;--> statement-breakpoint
CREATE INDEX "runs_suspended" ON "runs" USING btree ("wake_at") WHERE status in ('waiting', 'awaiting_human_feedback');--> statement-breakpoint
CREATE INDEX "runs_deadline" ON "runs" USING btree ("deadline_at") WHERE deadline_at is not null and finished_at is null;