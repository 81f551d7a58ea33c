/**
 * One round trip: fence, renew the lease, node runs, events in order. The row lock that the first part
 * takes makes a run's events become visible in the order of their ids. `journal_seq` lets a statement be sent again without being executed twice.
 *
 * Where the run ends, what still waited in it waits no more. A run that gives its place back goes into the line again where what it waits for has come meanwhile, or somebody wants
 * something else of it by now: whoever asks for that holds the same row.
 */
export const commitSql = `
with fenced as (
  update runs set
    progress = $5::int,
    journal_seq = $13::int,
    status = case
      when $6::text is null then status
      when $6::text in ('completed', 'failed', 'stopped') then $6::text
      when cancel_requested_at is not null then 'queued'
      when pause_requested_at is not null then 'paused'
      when wake_requested or $6::text = 'paused' then 'queued'
      else $6::text end,
    wake_requested = wake_requested and $6::text is null,
    wake_at = $14::timestamptz,
    output = coalesce($7::jsonb, output),
    error = coalesce($8::jsonb, error),
    finished_at = case when $6::text in ('completed', 'failed', 'stopped') then now() end,
    lease_owner = case when $6::text is null then lease_owner end,
    lease_until = case when $6::text is null then now() + $4::int * interval '1 millisecond' end
  where id = $1::uuid and epoch = $2::int and lease_owner = $3::text and status = 'running' and journal_seq = $12::int
  returning id, pause_requested_at
), node_runs_written as (
  insert into node_runs
    (run_id, node_id, item, attempt, node_type, status, inputs, outputs, error, epoch, ready_at, started_at, finished_at, call_ms, wait, plugin_release)
  select fenced.id, r.node_id, r.item, r.attempt, r.node_type, r.status, r.inputs, r.outputs, r.error, $2::int,
    r.ready_at, r.started_at, r.finished_at, r.call_ms, r.wait, r.plugin_release
  from fenced cross join jsonb_to_recordset($9::jsonb) as r(
    node_id text, item text, attempt int, node_type text, status text, inputs jsonb, outputs jsonb, error jsonb,
    ready_at timestamptz, started_at timestamptz, finished_at timestamptz, call_ms int,
    wait jsonb, plugin_release text)
  on conflict (run_id, node_id, item, attempt) do update set
    status = excluded.status, inputs = coalesce(excluded.inputs, node_runs.inputs), outputs = excluded.outputs,
    error = excluded.error, epoch = excluded.epoch, started_at = excluded.started_at,
    finished_at = excluded.finished_at, call_ms = excluded.call_ms,
    wait = excluded.wait, plugin_release = excluded.plugin_release
), waits_ended as (
  update node_runs set status = 'stopped', finished_at = now() from fenced
  where $6::text in ('completed', 'failed', 'stopped') and run_id = fenced.id and node_runs.status = 'waiting'
    and not exists (
      select 1 from jsonb_to_recordset($9::jsonb) as r(node_id text, item text, attempt int)
      where r.node_id = node_runs.node_id and r.item = node_runs.item and r.attempt = node_runs.attempt)
), events_written as (
  insert into run_events (run_id, type, data)
  select fenced.id, e.value->>'type', e.value->'data'
  from fenced cross join jsonb_array_elements($10::jsonb) with ordinality as e(value, place)
  order by e.place
)
select pause_requested_at is not null as pause_requested,
  set_config('synchronous_commit', coalesce($11::text, current_setting('synchronous_commit')), true)
from fenced`;

/** Where the journal of a lease stands: asked where a statement found its row otherwise than expected. */
export const positionSql = `select journal_seq from runs
where id = $1::uuid and epoch = $2::int and (lease_owner = $3::text or lease_owner is null)`;
