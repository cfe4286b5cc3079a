import type { RuleName } from './violation.ts';

/**
 * What becomes of a kind of statement: `refused` where nothing but another statement helps, `judged` where it depends on
 * what it says, `harmless` where no rule has anything to say of it.
 */
export interface StatementClass {
  readonly statement: string;
  /** As the server counts it, `Com_…` without that; names of older series too. */
  readonly counters: readonly string[];
  readonly verdict: 'refused' | 'judged' | 'harmless';
  readonly rules: readonly RuleName[];
  /** One that is refused, reported, or harmless. */
  readonly example: string;
  /** What a reader may want to know. */
  readonly note?: string;
}

type Row = readonly [
  statement: string,
  counters: string,
  rules: readonly RuleName[],
  example: string,
  note?: string,
];

const REFUSED: readonly Row[] = [
  ['ALTER INSTANCE', 'alter_instance', ['server-change'], 'ALTER INSTANCE ROTATE INNODB MASTER KEY'],
  [
    'BEGIN, START TRANSACTION',
    'begin',
    ['session-control'],
    'START TRANSACTION',
    'in a stored program it is its own',
  ],
  ['BINLOG', 'binlog', ['server-change'], "BINLOG 'AAAA'"],
  [
    'CACHE INDEX, LOAD INDEX INTO CACHE',
    'assign_to_keycache preload_keys',
    ['server-change'],
    'CACHE INDEX t IN hot',
  ],
  [
    'CHANGE REPLICATION FILTER',
    'change_repl_filter',
    ['server-change'],
    'CHANGE REPLICATION FILTER REPLICATE_DO_DB = (a)',
  ],
  [
    'CHANGE REPLICATION SOURCE, CHANGE MASTER',
    'change_replication_source change_master',
    ['server-change'],
    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'a'",
  ],
  ['CLONE', 'clone', ['server-change'], "CLONE LOCAL DATA DIRECTORY = '/tmp/a'"],
  ['COMMIT', 'commit', ['session-control'], 'COMMIT', 'in a stored program it is its own'],
  ['CREATE, DROP DATABASE', 'create_db drop_db', ['other-schema', 'drop-database'], 'CREATE DATABASE other'],
  [
    'CREATE FUNCTION … SONAME',
    'create_udf',
    ['server-change'],
    "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'",
  ],
  [
    'CREATE, DROP MASKING POLICY',
    'create_masking_policy drop_masking_policy',
    ['server-change'],
    'DROP MASKING POLICY p',
  ],
  [
    'CREATE, ALTER, DROP RESOURCE GROUP; SET RESOURCE GROUP',
    'create_resource_group alter_resource_group drop_resource_group set_resource_group',
    ['server-change'],
    'SET RESOURCE GROUP g',
  ],
  [
    'CREATE, ALTER, DROP SERVER',
    'create_server alter_server drop_server',
    ['server-change'],
    'DROP SERVER s',
  ],
  [
    'CREATE, DROP SPATIAL REFERENCE SYSTEM',
    'create_spatial_reference_system drop_spatial_reference_system',
    ['server-change'],
    'DROP SPATIAL REFERENCE SYSTEM 4120',
  ],
  [
    'CREATE, ALTER, DROP TABLESPACE, UNDO TABLESPACE, LOGFILE GROUP',
    'alter_tablespace',
    ['server-change'],
    'DROP TABLESPACE ts',
  ],
  ['GRANT, REVOKE of roles', 'grant_roles revoke_roles', ['server-change'], "GRANT admin TO 'app'@'%'"],
  ['IMPORT TABLE', 'import', ['server-change'], "IMPORT TABLE FROM '/tmp/t.sdi'"],
  [
    'INSTALL, UNINSTALL COMPONENT, PLUGIN',
    'install_component install_plugin uninstall_component uninstall_plugin',
    ['server-change'],
    "INSTALL COMPONENT 'file://component_a'",
  ],
  ['KILL', 'kill', ['server-change'], 'KILL 5'],
  ['LOCK, UNLOCK INSTANCE', 'lock_instance unlock_instance', ['session-control'], 'LOCK INSTANCE FOR BACKUP'],
  ['LOCK, UNLOCK TABLES', 'lock_tables unlock_tables', ['session-control'], 'LOCK TABLES t WRITE'],
  ['PURGE', 'purge purge_before_date', ['server-change'], "PURGE BINARY LOGS TO 'binlog.000010'"],
  ['RESET', 'reset', ['server-change'], 'RESET BINARY LOGS AND GTIDS'],
  ['RESTART, SHUTDOWN', 'restart shutdown', ['server-change'], 'RESTART'],
  ['ROLLBACK', 'rollback', ['session-control'], 'ROLLBACK', 'in a stored program it is its own'],
  [
    'SAVEPOINT, RELEASE SAVEPOINT, ROLLBACK TO',
    'savepoint release_savepoint rollback_to_savepoint',
    ['session-control'],
    'SAVEPOINT a',
    'in a stored program it is its own',
  ],
  [
    'SET DEFAULT ROLE, ALTER USER … DEFAULT ROLE',
    'alter_user_default_role',
    ['server-change'],
    "SET DEFAULT ROLE ALL TO 'app'@'%'",
  ],
  ['SET ROLE', 'set_role', ['server-change'], 'SET ROLE ALL'],
  [
    'START, STOP GROUP_REPLICATION',
    'group_replication_start group_replication_stop',
    ['server-change'],
    'STOP GROUP_REPLICATION',
  ],
  [
    'START, STOP REPLICA',
    'replica_start replica_stop slave_start slave_stop',
    ['server-change'],
    'STOP REPLICA',
  ],
  ['USE', 'change_db', ['other-schema'], 'USE other'],
  ['XA', 'xa_commit xa_end xa_prepare xa_recover xa_rollback xa_start', ['session-control'], "XA START 'a'"],
];

const JUDGED: readonly Row[] = [
  [
    'ALTER DATABASE',
    'alter_db',
    ['session-control', 'other-schema'],
    'ALTER DATABASE READ ONLY = 1',
    'READ ONLY, and any other schema',
  ],
  [
    'ALTER, DROP EVENT',
    'alter_event drop_event',
    ['breaks-readers'],
    'DROP EVENT e',
    'what its body does is judged too',
  ],
  [
    'ALTER, DROP FUNCTION, PROCEDURE, LIBRARY',
    'alter_function alter_procedure alter_library drop_function drop_procedure drop_library',
    ['breaks-readers'],
    'DROP PROCEDURE p',
  ],
  [
    'ALTER TABLE',
    'alter_table',
    [
      'drop-column',
      'drop-partition',
      'truncate',
      'column-type-change',
      'narrowing',
      'removed-in-server',
      'rename',
      'table-rebuild',
      'unique-on-existing',
      'not-null-without-default',
      'drop-index',
      'drop-primary-key',
      'breaks-readers',
    ],
    'ALTER TABLE t DROP COLUMN a',
  ],
  [
    'CALL',
    'call_procedure',
    ['dynamic-sql', 'delete-without-where'],
    'CALL p()',
    'by what the routine does, where the changelog defines it',
  ],
  [
    'CREATE EVENT',
    'create_event',
    ['delete-without-where'],
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t',
    'by its body',
  ],
  [
    'CREATE FUNCTION, PROCEDURE',
    'create_function create_procedure',
    ['delete-without-where'],
    'CREATE PROCEDURE p () DELETE FROM t',
    'by its body, unless that is not SQL',
  ],
  [
    'CREATE INDEX, DROP INDEX',
    'create_index drop_index',
    ['unique-on-existing', 'drop-index', 'drop-primary-key'],
    'DROP INDEX i ON t',
  ],
  [
    'CREATE TABLE',
    'create_table',
    ['no-primary-key', 'server-change', 'tracking-tables'],
    'CREATE TABLE t (id INT)',
  ],
  [
    'CREATE TRIGGER, DROP TRIGGER',
    'create_trigger drop_trigger',
    ['delete-without-where', 'breaks-readers'],
    'CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW DELETE FROM u',
    'by its body',
  ],
  [
    'CREATE, ALTER, DROP ROLE, USER; RENAME USER; SET PASSWORD',
    'create_role drop_role create_user alter_user drop_user rename_user set_password',
    ['privilege-change'],
    "CREATE USER 'a'@'%'",
  ],
  [
    'CREATE, ALTER, DROP VIEW',
    'create_view drop_view',
    ['breaks-readers'],
    'CREATE OR REPLACE VIEW v AS SELECT 1',
    'ALTER VIEW is counted as CREATE VIEW',
  ],
  ['DELETE', 'delete delete_multi', ['delete-without-where'], 'DELETE FROM t'],
  ['DROP TABLE', 'drop_table', ['drop-table'], 'DROP TABLE t'],
  ['FLUSH', 'flush', ['server-change', 'privilege-change'], 'FLUSH LOGS', 'FLUSH TABLES t is harmless'],
  ['GRANT, REVOKE', 'grant revoke revoke_all', ['privilege-change'], "GRANT SELECT ON t TO 'a'@'%'"],
  [
    'INSERT',
    'insert insert_select',
    ['overwrites-rows', 'other-schema', 'tracking-tables'],
    'INSERT INTO t VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 2',
    'without ON DUPLICATE KEY UPDATE it only adds rows',
  ],
  [
    'LOAD DATA, LOAD XML',
    'load',
    ['server-change', 'overwrites-rows'],
    "LOAD DATA INFILE 'a.csv' INTO TABLE t",
    'LOCAL without REPLACE only adds rows',
  ],
  ['PREPARE, EXECUTE', 'prepare_sql execute_sql', ['dynamic-sql'], 'PREPARE s FROM @sql'],
  ['RENAME TABLE', 'rename_table', ['rename'], 'RENAME TABLE t TO u'],
  ['REPLACE', 'replace replace_select', ['overwrites-rows'], 'REPLACE INTO t VALUES (1)'],
  [
    'SELECT, TABLE, VALUES',
    'select',
    ['server-change', 'session-control'],
    "SELECT 1 INTO OUTFILE '/tmp/a'",
    'INTO OUTFILE, and functions that take locks or reach outside',
  ],
  [
    'SET',
    'set_option',
    ['session-control', 'unchecked-writes'],
    'SET GLOBAL max_connections = 5',
    'what only the changeset itself notices is harmless',
  ],
  ['TRUNCATE', 'truncate', ['truncate'], 'TRUNCATE TABLE t'],
  ['UPDATE', 'update update_multi', ['update-without-where', 'overwrites-rows'], 'UPDATE t SET a = 1'],
  ['OPTIMIZE TABLE', 'optimize', ['table-rebuild'], 'OPTIMIZE TABLE t'],
];

/** SHOW has a counter for each of its forms. */
const SHOWN =
  'show_binary_log_status show_binlog_events show_binlogs show_charsets show_collations show_create_db ' +
  'show_create_event show_create_func show_create_library show_create_masking_policy show_create_proc ' +
  'show_create_table show_create_trigger show_create_user show_databases show_engine_logs show_engine_mutex ' +
  'show_engine_status show_errors show_events show_fields show_function_code show_function_status show_grants ' +
  'show_keys show_library_status show_master_status show_open_tables show_parse_tree show_plugins ' +
  'show_privileges show_procedure_code show_procedure_status show_processlist show_profile show_profiles ' +
  'show_relaylog_events show_replica_status show_replicas show_slave_hosts show_slave_status show_status ' +
  'show_storage_engines show_table_status show_tables show_triggers show_variables show_warnings';

const HARMLESS: readonly Row[] = [
  ['ANALYZE, CHECK, CHECKSUM TABLE', 'analyze check checksum', [], 'ANALYZE TABLE t'],
  [
    'CREATE LIBRARY',
    'create_library',
    [],
    "CREATE LIBRARY l LANGUAGE JAVASCRIPT AS 'export function f() {}'",
  ],
  ['DEALLOCATE PREPARE', 'dealloc_sql', [], 'DEALLOCATE PREPARE s'],
  ['DO', 'do', [], 'DO 1', 'functions that take locks or reach outside are refused'],
  ['EXPLAIN FOR CONNECTION', 'explain_other', [], 'EXPLAIN FOR CONNECTION 5'],
  ['GET DIAGNOSTICS, SIGNAL, RESIGNAL', 'get_diagnostics signal resignal', [], "SIGNAL SQLSTATE '45000'"],
  ['HANDLER', 'ha_close ha_open ha_read', [], 'HANDLER t OPEN'],
  ['HELP', 'help', [], "HELP 'a'"],
  ['REPAIR TABLE', 'repair', [], 'REPAIR TABLE t'],
  ['SHOW', SHOWN, [], 'SHOW TABLES'],
  [
    'commands of the protocol, no statements',
    'admin_commands empty_query stmt_close stmt_execute stmt_fetch stmt_prepare stmt_reprepare stmt_reset stmt_send_long_data',
    [],
    'DO 1',
  ],
];

/** Every kind of statement that a server counts. */
export const statementClasses: readonly StatementClass[] = [
  ...REFUSED.map(toClass('refused')),
  ...JUDGED.map(toClass('judged')),
  ...HARMLESS.map(toClass('harmless')),
];

function toClass(verdict: StatementClass['verdict']): (row: Row) => StatementClass {
  return ([statement, counters, rules, example, note]) => ({
    ...{ statement, counters: counters.split(' '), verdict, rules, example },
    ...(note !== undefined && { note }),
  });
}
