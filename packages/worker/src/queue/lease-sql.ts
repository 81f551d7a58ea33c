/**
 * Parameters of the statements here: $1 the worker's name, $2 how long a lease lasts in ms, $3 how many runs at most.
 *
 * The runs themselves are the line in front of the workers. Workers take turns at it, under a lock of a millisecond or
 * two: otherwise two of them would both see the last free place of a workspace.
 *
 * Taking waits for no disk: if PostgreSQL loses it with its own process, the run still waits, and what its taker writes
 * is refused.
 */
export const beginTakingSql =
  "begin; set local synchronous_commit = off; select pg_advisory_xact_lock(4917203115)";

const columns =
  "runs.id, runs.workspace_id, runs.workflow_id, runs.definition, input, epoch, progress, journal_seq, callback_url, cancel_requested_at is not null as cancel_requested, pause_requested_at is not null as pause_requested, deadline_at, (extract(epoch from deadline_at - now()) * 1000)::float8 as deadline_in_ms, restarted_from, node_ids, subflows";

/** A lease that ran out while PostgreSQL was away may be renewed first: its worker perhaps still works. */
const isOver = `(lease_until is null
  or (lease_until < now() and pg_postmaster_start_time() < now() - $2::int * interval '1 millisecond'))`;

/**
 * First runs whose worker is gone: they have waited before, and keep the place that they hold. Then those in the line:
 * of each workflow the oldest, as many as it has places free; of all these, those of the workspace that would have the
 * fewest under way. So a workspace with ten thousand waiting runs delays another one's by one turn. However many wait,
 * a workflow costs one step of an index and the runs that it may bring.
 */
export const takeSql = `
with recursive abandoned as (
  select id from runs where status = 'running' and ${isOver} order by lease_until limit $3::int
), line(workspace_id, workflow_id) as (
  (select workspace_id, workflow_id from runs where status = 'queued' order by workspace_id, workflow_id limit 1)
  union all
  select behind.workspace_id, behind.workflow_id from line cross join lateral (
    select workspace_id, workflow_id from runs
    where status = 'queued' and (runs.workspace_id, runs.workflow_id) > (line.workspace_id, line.workflow_id)
    order by workspace_id, workflow_id limit 1
  ) behind
), busy as (
  select workspace_id, workflow_id, count(*)::int as runs from runs where status = 'running' group by 1, 2
), busy_workspaces as (
  select workspace_id, sum(runs)::int as runs from busy group by 1
), foremost as (
  select one.id, one.created_at, line.workspace_id from line
  join workflows on workflows.id = line.workflow_id
  left join busy on busy.workflow_id = line.workflow_id
  cross join lateral (
    select id, created_at from runs
    where status = 'queued' and runs.workspace_id = line.workspace_id and runs.workflow_id = line.workflow_id
    order by created_at
    limit greatest(0, least($3::int, workflows.max_concurrent_runs - coalesce(busy.runs, 0)))
  ) one
), turns as (
  select id, created_at, workspace_id,
    coalesce(busy_workspaces.runs, 0) + row_number() over (partition by workspace_id order by created_at) as turn
  from foremost left join busy_workspaces using (workspace_id)
), chosen as (
  select id, 0 as turn, null as created_at from abandoned
  union all
  select turns.id, turn, turns.created_at from turns join workspaces on workspaces.id = turns.workspace_id
  where max_concurrent_runs is null or turn <= max_concurrent_runs
  order by turn, created_at nulls first limit $3::int
)
update runs set status = 'running', lease_owner = $1::text, lease_until = now() + $2::int * interval '1 millisecond',
  epoch = epoch + 1, started_at = coalesce(started_at, now())
from chosen, workflows, workspaces
where runs.id = chosen.id and (status = 'queued' or (status = 'running' and ${isOver}))
  and workflows.id = runs.workflow_id and workspaces.id = runs.workspace_id
returning ${columns},
  coalesce(workflows.max_concurrent_runs, workspaces.max_concurrent_runs) is not null as has_limit`;

export const renewSql = `update runs set lease_until = now() + $2::int * interval '1 millisecond'
from unnest($3::uuid[], $4::int[]) as held(id, epoch)
where runs.id = held.id and runs.epoch = held.epoch and lease_owner = $1::text and status = 'running'
returning runs.id, cancel_requested_at is not null as cancel_requested,
  pause_requested_at is not null as pause_requested, wake_requested`;

export const releaseSql = `update runs set lease_owner = null, lease_until = null
where id = $2::uuid and epoch = $3::int and lease_owner = $1::text and status = 'running' returning id`;

/** Workers that look at the same moment share the runs among them. */
export const rouseSql = `
with due as (
  select id from runs where status in ('waiting', 'awaiting_human_feedback') and wake_at <= now()
  union all
  select id from runs
  where deadline_at <= now() and finished_at is null and status in ('waiting', 'awaiting_human_feedback', 'paused')
), roused as (
  update runs set status = 'queued' where id in (select id from runs join due using (id) for update of runs skip locked)
    and status in ('waiting', 'awaiting_human_feedback', 'paused')
  returning id
)
insert into run_events (run_id, type, data) select id, 'run.queued', '{"workflow_status": "queued"}' from roused
returning run_id`;
