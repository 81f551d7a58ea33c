DROP INDEX "files_run";--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "made_by_plugin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "files_made" ON "files" USING btree ("created_at") WHERE made_by_plugin;