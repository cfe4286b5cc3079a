const OWN_TABLES: ReadonlySet<string> = new Set([
  ...['databasechangelog', 'databasechangeloglock', 'ops_migration_runs', 'ops_migration_statements'],
  ...['ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints', 'ops_loaded_files', 'ops_rejected_rows'],
  ...['ops_rehearsals', 'ops_online_changes'],
]);

/** True for the tables that this tool keeps its bookkeeping in, whatever the case of the name. */
export function isOwnTable(name: string): boolean {
  return OWN_TABLES.has(name.toLowerCase());
}
