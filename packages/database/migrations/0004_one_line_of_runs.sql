DROP INDEX "runs_queued";--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "max_concurrent_runs" integer;--> statement-breakpoint
CREATE INDEX "runs_line" ON "runs" USING btree ("workspace_id","workflow_id","created_at") WHERE status = 'queued';