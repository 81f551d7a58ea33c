/** Settings of the server, given on its command line at every start, so that a new release of ours can change them. */
export function serverSettings(major: number, socketFolder: string): Record<string, string> {
  return {
    // Reached by its socket only, and that only by whoever may enter its folder.
    listen_addresses: "",
    unix_socket_directories: socketFolder,
    unix_socket_permissions: "0700",
    // What is committed survives a power loss.
    fsync: "on",
    synchronous_commit: "on",
    // One machine, one product: small, and no process for what is not used (replication, parallel queries, I/O workers).
    shared_buffers: "32MB",
    max_connections: "100",
    work_mem: "4MB",
    maintenance_work_mem: "32MB",
    autovacuum_max_workers: "2",
    max_worker_processes: "2",
    max_parallel_workers: "0",
    max_logical_replication_workers: "0",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: "512MB",
    jit: "off",
    huge_pages: "off",
    ...(major >= 18 && { io_method: "sync" }),
    timezone: "UTC",
    log_timezone: "UTC",
    log_min_messages: "warning",
  };
}
