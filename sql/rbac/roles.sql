-- Roles and accounts of one environment. A DBA runs it from a terminal, naming the schema on the command line:
--
--   mysql -u root -p app < sql/rbac/roles.sql
--
-- It may run before the first deploy or after it, and again after an upgrade: it is idempotent. New accounts get
-- random passwords, which are printed once (so do not run it where output is kept, as in CI). An account that is
-- there already keeps its password and only receives its role.
-- MySQL 8.0.19 or newer. Needs what root has: CREATE USER, CREATE ROLE, and what is granted here WITH GRANT OPTION.

-- Stops here with "No database selected" when the command names no schema.
SHOW TABLES WHERE FALSE;

CREATE ROLE IF NOT EXISTS 'migrator', 'etl_runner', 'analytics_ro';

-- `_` in the name of a granted schema matches any character: `app_db` opens `appXdb` as well. Writing it `app\_db`
-- is no way out: a role granted that way is not found where views, routines and triggers run as their definer
-- (seen in 9.7: errors 1356 and 1370). So schemas that are opened by accident are listed; none is the usual answer.
SELECT SCHEMA_NAME AS 'WARNING: the wildcard _ opens this schema too; rename one of them, or set partial_revokes = ON'
FROM information_schema.SCHEMATA
WHERE SCHEMA_NAME LIKE DATABASE() AND SCHEMA_NAME <> DATABASE() AND @@partial_revokes = 0;


-- migrator: changes the schema, keeps the history, backs up and restores.
-- `ON *` is every table of the schema that the command names.

GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW,
  CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT, TRIGGER, LOCK TABLES, CREATE TEMPORARY TABLES
  ON * TO 'migrator';

-- The same on the side schemas of a restore: `<schema>__restore`, and `<schema>__aside_<run>` for what it replaced.
-- With partial_revokes = ON MySQL takes `%` literally: name each side schema then, or restore in place.
SET @grant = CONCAT(
  'GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, ',
  'CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT, TRIGGER, LOCK TABLES, CREATE TEMPORARY TABLES ON `',
  REPLACE(REPLACE(REPLACE(DATABASE(), '`', '``'), '_', '\_'), '%', '\%'), '\_\_%`.* TO ''migrator''');
PREPARE statement FROM @grant;
EXECUTE statement;
DEALLOCATE PREPARE statement;

-- Without these a dump silently lacks routines that others made, and nobody can say who blocks a statement.
GRANT PROCESS ON *.* TO 'migrator';
/*!80020 GRANT SHOW_ROUTINE ON *.* TO 'migrator' */;
GRANT SELECT ON performance_schema.metadata_locks TO 'migrator';
GRANT SELECT ON performance_schema.threads TO 'migrator';
GRANT SELECT ON performance_schema.replication_connection_configuration TO 'migrator';
GRANT SELECT ON performance_schema.replication_applier_status TO 'migrator';

-- Only where it is needed, so not granted here; docs/privileges.md says when:
--   GRANT SELECT ON *.* TO 'migrator';                               before 8.0.20, in place of SHOW_ROUTINE
--   GRANT SET_USER_ID ON *.* TO 'migrator';                          before 8.2: objects with another definer
--   GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER ON *.* TO 'migrator';   from 8.2 on: the same
--   GRANT SESSION_VARIABLES_ADMIN ON *.* TO 'migrator';              tables without primary key, although
--                                                                    sql_require_primary_key = ON
--   GRANT REPLICATION SLAVE, REPLICATION CLIENT, REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN
--     ON *.* TO 'migrator';                                          restore-guarantee: lossless


-- etl_runner and analytics_ro: table by table, because MySQL has no wildcards for tables.
-- CREATE lets a GRANT name a table that does not exist yet; it is revoked at once, and the rest stays.

GRANT CREATE TEMPORARY TABLES ON * TO 'etl_runner';

GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON stg_customers TO 'etl_runner';
GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON stg_orders TO 'etl_runner';
GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON dim_customer TO 'etl_runner';
GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON fact_order TO 'etl_runner';

GRANT CREATE, SELECT, INSERT, UPDATE ON ops_pipeline_runs TO 'etl_runner';
GRANT CREATE, SELECT, INSERT, UPDATE ON ops_checkpoints TO 'etl_runner';
GRANT CREATE, SELECT, INSERT, UPDATE ON ops_loaded_files TO 'etl_runner';
GRANT CREATE, SELECT, INSERT ON ops_dq_results TO 'etl_runner';
GRANT CREATE, SELECT, INSERT ON ops_rejected_rows TO 'etl_runner';

-- The deploy lock, which keeps pipeline and deploys apart; the audit rows of deploys to read only.
GRANT CREATE, SELECT, UPDATE ON DATABASECHANGELOGLOCK TO 'etl_runner';
GRANT CREATE, SELECT ON DATABASECHANGELOG TO 'etl_runner';
GRANT CREATE, SELECT ON ops_migration_runs TO 'etl_runner';
GRANT CREATE, SELECT ON ops_migration_statements TO 'etl_runner';

REVOKE CREATE ON stg_customers FROM 'etl_runner';
REVOKE CREATE ON stg_orders FROM 'etl_runner';
REVOKE CREATE ON dim_customer FROM 'etl_runner';
REVOKE CREATE ON fact_order FROM 'etl_runner';
REVOKE CREATE ON ops_pipeline_runs FROM 'etl_runner';
REVOKE CREATE ON ops_checkpoints FROM 'etl_runner';
REVOKE CREATE ON ops_loaded_files FROM 'etl_runner';
REVOKE CREATE ON ops_dq_results FROM 'etl_runner';
REVOKE CREATE ON ops_rejected_rows FROM 'etl_runner';
REVOKE CREATE ON DATABASECHANGELOGLOCK FROM 'etl_runner';
REVOKE CREATE ON DATABASECHANGELOG FROM 'etl_runner';
REVOKE CREATE ON ops_migration_runs FROM 'etl_runner';
REVOKE CREATE ON ops_migration_statements FROM 'etl_runner';

GRANT CREATE, SELECT ON vw_customer_masked TO 'analytics_ro';
GRANT CREATE, SELECT ON vw_order_summary TO 'analytics_ro';
GRANT CREATE, SELECT ON fact_order TO 'analytics_ro';
REVOKE CREATE ON vw_customer_masked FROM 'analytics_ro';
REVOKE CREATE ON vw_order_summary FROM 'analytics_ro';
REVOKE CREATE ON fact_order FROM 'analytics_ro';


-- One account a role. Rename them as you like, or add your own with the same three statements.
-- A granted role does nothing until it is active: without SET DEFAULT ROLE mysqldump fails, and so does every
-- view whose definer is the account.

CREATE USER IF NOT EXISTS 'db_migrator'@'%' IDENTIFIED BY RANDOM PASSWORD;
CREATE USER IF NOT EXISTS 'db_etl'@'%' IDENTIFIED BY RANDOM PASSWORD;
CREATE USER IF NOT EXISTS 'db_analyst'@'%' IDENTIFIED BY RANDOM PASSWORD;

GRANT 'migrator' TO 'db_migrator'@'%';
GRANT 'etl_runner' TO 'db_etl'@'%';
GRANT 'analytics_ro' TO 'db_analyst'@'%';

SET DEFAULT ROLE ALL TO 'db_migrator'@'%', 'db_etl'@'%', 'db_analyst'@'%';
