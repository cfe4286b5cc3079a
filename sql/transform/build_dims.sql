-- dim_customer from stg_customers: SCD type 2, computed from all versions that staging has of a customer.
--
-- A version begins where a row differs from the row before it (NULL is a value like others), and ends where the next
-- version begins. So late rows find their place, repeated values are one version, and a value that comes back is a
-- new one. A second run finds nothing to do, and versions that did not change keep their surrogate keys.
--
-- @changed_customers is set by db-deploy: the keys [customer_id, updated_at] of the staging rows that changed since
-- this last took effect, as a JSON array; NULL means that any may have. With the mysql client it is NULL: everything is
-- compared. FORCE INDEX: a few keys are looked up, whatever statistics make of the size of staging.
-- @versions_opened and @versions_closed are shown in the report.

-- Versions that are none any more, because a late or corrected row came between or made neighbours equal.
-- SELECT … INTO reads staging without locks; SET @… = (SELECT …) would lock what it reads, even in READ COMMITTED.
WITH affected AS (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL
),
compared AS (
  SELECT
    customer_id,
    updated_at,
    ROW_NUMBER() OVER history = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER history
        AND SHA2(email, 256) <=> LAG(SHA2(email, 256)) OVER history
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER history
      ) AS begins
  FROM affected
  JOIN stg_customers FORCE INDEX (PRIMARY) USING (customer_id)
  WINDOW history AS (PARTITION BY customer_id ORDER BY updated_at)
)
SELECT JSON_ARRAYAGG(d.customer_sk)
INTO @obsolete_versions
FROM compared AS c
JOIN dim_customer AS d ON d.customer_id = c.customer_id AND d.valid_from = c.updated_at
WHERE NOT c.begins;

-- STRAIGHT_JOIN here and below: from the few to the many, so that no other rows are read and locked.
-- They stop being current before another one becomes it: the schema holds that there is one a customer.
UPDATE JSON_TABLE(@obsolete_versions, '$[*]' COLUMNS (customer_sk BIGINT PATH '$')) AS obsolete
STRAIGHT_JOIN dim_customer AS d ON d.customer_sk = obsolete.customer_sk
SET d.is_current = FALSE, d.valid_to = d.valid_from + INTERVAL 1 MICROSECOND
WHERE d.is_current;

-- Versions that are there already: closed where a newer one begins, moved where a late one came between. An UPDATE that
-- joins staging would lock what it reads; INSERT … SELECT does not.
INSERT INTO dim_customer (customer_id, full_name, email_masked, country, valid_from, valid_to, is_current)
WITH affected AS (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL
),
compared AS (
  SELECT
    customer_id,
    updated_at,
    full_name,
    SHA2(email, 256) AS email_masked,
    country,
    ROW_NUMBER() OVER history = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER history
        AND SHA2(email, 256) <=> LAG(SHA2(email, 256)) OVER history
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER history
      ) AS begins
  FROM affected
  JOIN stg_customers FORCE INDEX (PRIMARY) USING (customer_id)
  WINDOW history AS (PARTITION BY customer_id ORDER BY updated_at)
),
version AS (
  SELECT
    customer_id, full_name, email_masked, country,
    updated_at AS valid_from,
    LEAD(updated_at, 1, '9999-12-31') OVER (PARTITION BY customer_id ORDER BY updated_at) AS valid_to
  FROM compared
  WHERE begins
)
SELECT
  version.customer_id, version.full_name, version.email_masked, version.country,
  version.valid_from, version.valid_to, version.valid_to = '9999-12-31'
FROM version
STRAIGHT_JOIN dim_customer AS d ON d.customer_id = version.customer_id AND d.valid_from = version.valid_from
WHERE d.valid_to <> version.valid_to
  OR NOT (
    d.full_name COLLATE utf8mb4_0900_bin <=> version.full_name COLLATE utf8mb4_0900_bin
    AND d.email_masked <=> version.email_masked
    AND d.country COLLATE utf8mb4_0900_bin <=> version.country COLLATE utf8mb4_0900_bin
  )
ON DUPLICATE KEY UPDATE
  full_name = version.full_name,
  email_masked = version.email_masked,
  country = version.country,
  valid_to = version.valid_to,
  is_current = (version.valid_to = '9999-12-31');

-- An upsert counts each row that it changes twice.
SET @versions_closed = ROW_COUNT() DIV 2;

-- Versions that are new.
INSERT INTO dim_customer (customer_id, full_name, email_masked, country, valid_from, valid_to, is_current)
WITH affected AS (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  GROUP BY customer_id
  UNION ALL
  SELECT customer_id FROM stg_customers WHERE @changed_customers IS NULL GROUP BY customer_id
),
compared AS (
  SELECT
    customer_id,
    updated_at,
    full_name,
    SHA2(email, 256) AS email_masked,
    country,
    ROW_NUMBER() OVER history = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER history
        AND SHA2(email, 256) <=> LAG(SHA2(email, 256)) OVER history
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER history
      ) AS begins
  FROM affected
  JOIN stg_customers FORCE INDEX (PRIMARY) USING (customer_id)
  WINDOW history AS (PARTITION BY customer_id ORDER BY updated_at)
),
version AS (
  SELECT
    customer_id, full_name, email_masked, country,
    updated_at AS valid_from,
    LEAD(updated_at, 1, '9999-12-31') OVER (PARTITION BY customer_id ORDER BY updated_at) AS valid_to
  FROM compared
  WHERE begins
)
SELECT
  version.customer_id, version.full_name, version.email_masked, version.country,
  version.valid_from, version.valid_to, version.valid_to = '9999-12-31'
FROM version
LEFT JOIN dim_customer AS d ON d.customer_id = version.customer_id AND d.valid_from = version.valid_from
WHERE d.customer_sk IS NULL
ORDER BY version.customer_id, version.valid_from;

SET @versions_opened = ROW_COUNT();

-- Facts leave obsolete versions for the one that is valid in their place; build_facts.sql looks at each again.
UPDATE JSON_TABLE(@obsolete_versions, '$[*]' COLUMNS (customer_sk BIGINT PATH '$')) AS obsolete
STRAIGHT_JOIN dim_customer AS d ON d.customer_sk = obsolete.customer_sk
STRAIGHT_JOIN dim_customer AS heir
  ON heir.customer_id = d.customer_id
  AND heir.valid_from < d.valid_from
  AND heir.valid_to > d.valid_from
STRAIGHT_JOIN fact_order AS f ON f.customer_sk = d.customer_sk
SET f.customer_sk = heir.customer_sk;

DELETE d
FROM JSON_TABLE(@obsolete_versions, '$[*]' COLUMNS (customer_sk BIGINT PATH '$')) AS obsolete
STRAIGHT_JOIN dim_customer AS d ON d.customer_sk = obsolete.customer_sk;
