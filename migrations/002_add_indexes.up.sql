-- One statement a table: each reads its table once and adds all of its indexes or none.
-- INPLACE and LOCK=NONE make the server refuse rather than block writers.

-- db-deploy:allow several-ddl indexes only: a failure in the middle loses no data and can be resumed
ALTER TABLE stg_customers
  ADD INDEX idx_stg_customers_updated (updated_at),
  ALGORITHM = INPLACE, LOCK = NONE;

ALTER TABLE stg_orders
  ADD INDEX idx_stg_orders_updated (updated_at),
  ADD INDEX idx_stg_orders_customer (customer_id),
  ALGORITHM = INPLACE, LOCK = NONE;

-- Unique, so that no two versions of a customer can begin at the same moment.
-- db-deploy:allow unique-on-existing the table comes from changeset 001 and is filled by the pipeline only
ALTER TABLE dim_customer
  ADD UNIQUE INDEX idx_dim_cust_bk (customer_id, valid_from),
  ADD INDEX idx_dim_cust_current (is_current, customer_id),
  ALGORITHM = INPLACE, LOCK = NONE;

ALTER TABLE fact_order
  ADD INDEX idx_fact_order_date (order_date),
  ADD INDEX idx_fact_order_cust (customer_sk),
  ADD INDEX idx_fact_order_date_cust (order_date, customer_sk, amount),
  ADD INDEX idx_fact_order_status_date (status, order_date, amount),
  ALGORITHM = INPLACE, LOCK = NONE;
