ALTER TABLE "plugin_states" ADD COLUMN "failure" json GENERATED ALWAYS AS (report -> 'failure') STORED;--> statement-breakpoint
ALTER TABLE "plugin_states" ADD COLUMN "config_problem" text GENERATED ALWAYS AS (report -> 'configProblems' ->> 0) STORED;--> statement-breakpoint
ALTER TABLE "plugin_states" ADD COLUMN "processes" integer GENERATED ALWAYS AS (case json_typeof(report -> 'instances') when 'array' then json_array_length(report -> 'instances') else 0 end) STORED;--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "manifest_name" text GENERATED ALWAYS AS (manifest ->> 'name') STORED;--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "display_name" text GENERATED ALWAYS AS (manifest ->> 'display_name') STORED;--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "version" text GENERATED ALWAYS AS (manifest ->> 'version') STORED;--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "description" text GENERATED ALWAYS AS (manifest ->> 'description') STORED;--> statement-breakpoint
ALTER TABLE "plugins" ADD COLUMN "node_count" integer GENERATED ALWAYS AS (case json_typeof(manifest -> 'nodes') when 'array' then json_array_length(manifest -> 'nodes') else 0 end + case json_typeof(manifest -> 'nodes_v2') when 'array' then json_array_length(manifest -> 'nodes_v2') else 0 end) STORED;