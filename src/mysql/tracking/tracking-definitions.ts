/** Liquibase's columns first, then ours. The key is what Liquibase identifies a changeset by. */
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (
  ID VARCHAR(255) NOT NULL,
  AUTHOR VARCHAR(255) NOT NULL,
  FILENAME VARCHAR(255) NOT NULL,
  DATEEXECUTED DATETIME NOT NULL,
  ORDEREXECUTED INT NOT NULL,
  EXECTYPE VARCHAR(10) NOT NULL,
  MD5SUM VARCHAR(35) NULL,
  DESCRIPTION VARCHAR(255) NULL,
  COMMENTS VARCHAR(255) NULL,
  TAG VARCHAR(255) NULL,
  LIQUIBASE VARCHAR(20) NULL,
  CONTEXTS VARCHAR(255) NULL,
  LABELS VARCHAR(255) NULL,
  DEPLOYMENT_ID VARCHAR(10) NULL,
  CHECKSUM VARCHAR(80) NULL,
  RUN_ID VARCHAR(64) NULL,
  EXECUTION_MS BIGINT NULL,
  EPOCH BIGINT UNSIGNED NULL,
  PRIMARY KEY (ID, AUTHOR, FILENAME)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_LOCK = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOGLOCK (
  ID INT NOT NULL,
  LOCKED TINYINT(1) NOT NULL,
  LOCKGRANTED DATETIME NULL,
  LOCKEDBY VARCHAR(255) NULL,
  RUN_ID VARCHAR(64) NULL,
  CONNECTION_ID BIGINT UNSIGNED NULL,
  SERVER_UUID CHAR(36) NULL,
  EPOCH BIGINT UNSIGNED NOT NULL DEFAULT 0,
  HEARTBEAT BIGINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (ID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_RUNS = `CREATE TABLE IF NOT EXISTS ops_migration_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  mode VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  backup_ref VARCHAR(512) NULL,
  plan_hash VARCHAR(80) NULL,
  git_sha VARCHAR(64) NULL,
  run_url VARCHAR(512) NULL,
  approved_by VARCHAR(255) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  applied_count INT NOT NULL DEFAULT 0,
  details JSON NULL,
  epoch BIGINT UNSIGNED NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_migration_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_JOURNAL = `CREATE TABLE IF NOT EXISTS ops_migration_statements (
  run_id VARCHAR(64) NOT NULL,
  author VARCHAR(255) NOT NULL,
  changeset_id VARCHAR(255) NOT NULL,
  statement_no INT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  status VARCHAR(10) NOT NULL,
  connection_id BIGINT UNSIGNED NOT NULL,
  log_file VARCHAR(255) NULL,
  log_pos BIGINT UNSIGNED NULL,
  gtid VARCHAR(512) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  rows_affected BIGINT NULL,
  error TEXT NULL,
  epoch BIGINT UNSIGNED NULL,
  PRIMARY KEY (run_id, author, changeset_id, statement_no),
  KEY idx_ops_migration_statements_status (status)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_PIPELINE_RUNS = `CREATE TABLE IF NOT EXISTS ops_pipeline_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  details JSON NULL,
  epoch BIGINT UNSIGNED NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_pipeline_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_DQ_RESULTS = `CREATE TABLE IF NOT EXISTS ops_dq_results (
  run_id VARCHAR(64) NOT NULL,
  check_name VARCHAR(255) NOT NULL,
  passed TINYINT(1) NOT NULL,
  metric_value DOUBLE NULL,
  threshold DOUBLE NULL,
  severity VARCHAR(10) NOT NULL,
  details JSON NULL,
  PRIMARY KEY (run_id, check_name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_CHECKPOINTS = `CREATE TABLE IF NOT EXISTS ops_checkpoints (
  dataset VARCHAR(255) NOT NULL,
  last_watermark VARCHAR(64) NULL,
  updated_at DATETIME(3) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  changed JSON NULL,
  PRIMARY KEY (dataset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_LOADED_FILES = `CREATE TABLE IF NOT EXISTS ops_loaded_files (
  dataset VARCHAR(255) NOT NULL,
  file VARCHAR(512) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  loaded_at DATETIME(3) NOT NULL,
  PRIMARY KEY (dataset, sha256)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_REJECTED_ROWS = `CREATE TABLE IF NOT EXISTS ops_rejected_rows (
  run_id VARCHAR(64) NOT NULL,
  dataset VARCHAR(128) NOT NULL,
  file VARCHAR(512) NOT NULL,
  line_number BIGINT UNSIGNED NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  raw TEXT NULL,
  PRIMARY KEY (run_id, dataset, file, line_number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

/** Every table of ours with the statement that creates it. */
export const TRACKING_TABLES: ReadonlyMap<string, string> = new Map([
  ['DATABASECHANGELOGLOCK', CREATE_LOCK],
  ['DATABASECHANGELOG', CREATE_HISTORY],
  ['ops_migration_runs', CREATE_RUNS],
  ['ops_migration_statements', CREATE_JOURNAL],
  ['ops_pipeline_runs', CREATE_PIPELINE_RUNS],
  ['ops_dq_results', CREATE_DQ_RESULTS],
  ['ops_checkpoints', CREATE_CHECKPOINTS],
  ['ops_loaded_files', CREATE_LOADED_FILES],
  ['ops_rejected_rows', CREATE_REJECTED_ROWS],
]);
