CREATE TABLE "large_values" (
	"run_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "large_values_run_id_sha256_pk" PRIMARY KEY("run_id","sha256")
);
--> statement-breakpoint
ALTER TABLE "large_values" ADD CONSTRAINT "large_values_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "large_values" ALTER COLUMN "content" SET STORAGE EXTERNAL;
