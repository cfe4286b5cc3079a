-- Staging keeps what the sources said, the dimension and the facts are built from it.
-- Keys and types are held here; whether the values make sense is judged by the pipeline's contract and checks.
-- Times are UTC. The collation tells case and accents apart: 'Jose' becoming 'José' is a change.

-- db-deploy:allow several-ddl the tables are new and belong together: a failure in the middle loses no data
CREATE TABLE stg_customers (
  customer_id BIGINT       NOT NULL COMMENT 'natural key, from the source',
  full_name   VARCHAR(255) NOT NULL,
  email       VARCHAR(255) NOT NULL COMMENT 'raw address: never leaves staging',
  country     CHAR(2)      NOT NULL COMMENT 'ISO 3166-1 alpha-2',
  updated_at  DATETIME(6)  NOT NULL COMMENT 'version of the row in the source, UTC; the watermark',
  PRIMARY KEY (customer_id, updated_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_as_cs
  COMMENT = 'every version of every customer that was ever loaded';

CREATE TABLE stg_orders (
  order_id    BIGINT         NOT NULL COMMENT 'natural key, from the source',
  customer_id BIGINT         NOT NULL COMMENT 'no foreign key: check orphan_orders reports orders without a customer',
  order_date  DATE           NOT NULL COMMENT 'day of the order, UTC',
  status      VARCHAR(20)    NOT NULL,
  amount      DECIMAL(12, 2) NOT NULL,
  updated_at  DATETIME(6)    NOT NULL COMMENT 'last change in the source, UTC; the watermark',
  PRIMARY KEY (order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_as_cs
  COMMENT = 'the latest state of every order that was ever loaded';

CREATE TABLE dim_customer (
  customer_sk  BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'surrogate key: one per version of a customer',
  customer_id  BIGINT       NOT NULL COMMENT 'natural key',
  full_name    VARCHAR(255) NOT NULL,
  email_masked CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the raw address, in hex',
  country      CHAR(2)      NOT NULL COMMENT 'ISO 3166-1 alpha-2',
  valid_from   DATETIME(6)  NOT NULL COMMENT 'UTC, inclusive',
  valid_to     DATETIME(6)  NOT NULL DEFAULT '9999-12-31' COMMENT 'UTC, exclusive: valid_from of the next version; 9999-12-31 while open',
  is_current   BOOLEAN      NOT NULL DEFAULT TRUE,
  PRIMARY KEY (customer_sk),
  -- One current version a customer: the key is NULL, and so never a duplicate, for all others.
  UNIQUE KEY uq_dim_cust_one_current ((IF(is_current, customer_id, NULL))),
  CONSTRAINT ck_dim_cust_interval CHECK (valid_from < valid_to),
  CONSTRAINT ck_dim_cust_current CHECK (is_current = (valid_to = '9999-12-31'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_as_cs
  COMMENT = 'customers, SCD type 2: half-open intervals [valid_from, valid_to)';

CREATE TABLE fact_order (
  order_id    BIGINT         NOT NULL,
  customer_sk BIGINT         NOT NULL COMMENT 'the version valid at order_date, or the first one if the order is older',
  order_date  DATE           NOT NULL COMMENT 'day of the order, UTC',
  status      VARCHAR(20)    NOT NULL,
  amount      DECIMAL(12, 2) NOT NULL,
  PRIMARY KEY (order_id),
  -- The index that InnoDB makes for it gives way to idx_fact_order_cust of changeset 002.
  CONSTRAINT fk_fact_order_customer FOREIGN KEY (customer_sk) REFERENCES dim_customer (customer_sk)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_as_cs
  COMMENT = 'one row an order';
