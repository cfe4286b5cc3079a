-- What analysts see. SQL SECURITY DEFINER: a view reads its tables with the privileges of the account that deploys
-- this changeset, so readers need SELECT on the view alone and none on dim_customer or stg_customers.
-- That account therefore has to keep its role as a default role, and must not be dropped.

-- db-deploy:allow several-ddl views hold no data and the two do not depend on each other
CREATE SQL SECURITY DEFINER VIEW vw_customer_masked AS
SELECT
  customer_sk,
  customer_id,
  CONCAT(LEFT(full_name, 1), '***') AS full_name,
  email_masked,
  country
FROM dim_customer
WHERE is_current = 1;

CREATE SQL SECURITY DEFINER VIEW vw_order_summary AS
SELECT
  f.order_date,
  d.country,
  f.status,
  COUNT(*) AS orders,
  SUM(f.amount) AS amount
FROM fact_order AS f
JOIN dim_customer AS d ON d.customer_sk = f.customer_sk
GROUP BY f.order_date, d.country, f.status;

-- The roles, for reviewers: nothing below is executed here. A DBA runs sql/rbac/roles.sql, which is the norm.
--
-- migrator, on the schema and on its side schemas `<schema>__…`:
--   GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW,
--     CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT, TRIGGER, LOCK TABLES, CREATE TEMPORARY TABLES
--   globally: SHOW_ROUTINE, PROCESS; SELECT on the performance_schema tables that name who blocks
--
-- etl_runner: no DDL, and no writing of the audit rows of deploys
--   GRANT CREATE TEMPORARY TABLES                 on the schema
--   GRANT SELECT, INSERT, UPDATE, DELETE ON       stg_customers, stg_orders, dim_customer, fact_order
--   GRANT SELECT, INSERT, UPDATE ON               ops_pipeline_runs, ops_checkpoints, ops_loaded_files
--   GRANT SELECT, INSERT ON                       ops_dq_results, ops_rejected_rows
--   GRANT SELECT, UPDATE ON                       DATABASECHANGELOGLOCK
--   GRANT SELECT ON                               DATABASECHANGELOG, ops_migration_runs, ops_migration_statements
--
-- analytics_ro:
--   GRANT SELECT ON                               vw_customer_masked, vw_order_summary, fact_order
