CREATE TABLE "trigger_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"trigger_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"workflow_id" uuid NOT NULL,
	"type" text NOT NULL,
	"key" text,
	"data" jsonb NOT NULL,
	"run_id" uuid,
	"error" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "enabled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "next_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "last_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "last_run_id" uuid;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "failure" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "state" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "secret_encrypted" text;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD COLUMN "epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "trigger_events" ADD CONSTRAINT "trigger_events_trigger_id_workflow_triggers_id_fk" FOREIGN KEY ("trigger_id") REFERENCES "public"."workflow_triggers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trigger_events" ADD CONSTRAINT "trigger_events_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "trigger_events_key" ON "trigger_events" USING btree ("trigger_id","key");--> statement-breakpoint
CREATE INDEX "trigger_events_trigger" ON "trigger_events" USING btree ("trigger_id","id");--> statement-breakpoint
CREATE INDEX "trigger_events_workspace" ON "trigger_events" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "trigger_events_at" ON "trigger_events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "files_run" ON "files" USING btree ("run_id") WHERE run_id is not null;--> statement-breakpoint
CREATE INDEX "runs_finished" ON "runs" USING btree ("finished_at") WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX "workflow_triggers_due" ON "workflow_triggers" USING btree ("next_at") WHERE enabled and next_at is not null;