ALTER TABLE "plugin_states" ALTER COLUMN "report" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "plugins" ALTER COLUMN "manifest" SET DATA TYPE json;