-- dim_customer from stg_customers: SCD type 2, computed from all versions that staging has of a customer.
--
-- A version begins where a row differs from the row before it (NULL is a value like others), and ends where the next
-- version begins. So late rows find their place, repeated values are one version, and a value that comes back is a
-- new one. A second run finds nothing to do, and versions that did not change keep their surrogate keys.
--
-- @changed_customers is set by db-deploy: the keys [customer_id, updated_at] of the staging rows that changed since
-- this last took effect, as a JSON array; NULL means that any may have. With the mysql client it is NULL: everything is
-- compared. FORCE INDEX: a few keys are looked up, whatever statistics make of the size of staging.
-- @deleted_at_customers is the time of this run where the manifest says `deletes: close`: a current version that staging
-- does not have any more ends then. It is NULL otherwise, and such a version stays as it is.
-- @versions_opened and @versions_closed are shown in the report.
-- No list is kept in a variable: it would have to fit into max_allowed_packet.

-- Versions that are none any more, because a late or corrected row came between or made neighbours equal. They are marked
-- with an empty email_masked and stop being current before another one becomes it: the schema holds that there is one a
-- customer. INSERT … SELECT reads staging without locks; an UPDATE that joins it would lock what it reads.
INSERT INTO dim_customer (customer_id, full_name, email_masked, country, valid_from, valid_to, is_current)
WITH affected AS (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL
),
history AS (
  SELECT
    s.customer_id, s.full_name, CONVERT(SHA2(s.email, 256) USING ascii) COLLATE ascii_bin AS email_masked, s.country,
    s.updated_at AS valid_from, CAST('9999-12-31' AS DATETIME(6)) AS last_end
  FROM affected
  JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = affected.customer_id
  UNION ALL
  SELECT
    d.customer_id, d.full_name, d.email_masked, d.country, d.valid_from,
    IF(d.is_current, GREATEST(COALESCE(CAST(@deleted_at_customers AS DATETIME(6)), d.valid_to), d.valid_from + INTERVAL 1 MICROSECOND), d.valid_to)
  FROM affected
  JOIN dim_customer AS d ON d.customer_id = affected.customer_id
  LEFT JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = d.customer_id AND s.updated_at = d.valid_from
  WHERE s.customer_id IS NULL
),
compared AS (
  SELECT
    history.*,
    ROW_NUMBER() OVER ordered = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER ordered
        AND email_masked <=> LAG(email_masked) OVER ordered
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER ordered
        -- What was deleted and came back begins anew.
        AND LAG(last_end) OVER ordered >= valid_from
      ) AS begins
  FROM history
  WINDOW ordered AS (PARTITION BY customer_id ORDER BY valid_from)
)
SELECT d.customer_id, d.full_name, '', d.country, d.valid_from, d.valid_from + INTERVAL 1 MICROSECOND, FALSE
FROM compared AS c
STRAIGHT_JOIN dim_customer AS d ON d.customer_id = c.customer_id AND d.valid_from = c.valid_from
WHERE NOT c.begins
ON DUPLICATE KEY UPDATE
  email_masked = '',
  valid_to = dim_customer.valid_from + INTERVAL 1 MICROSECOND,
  is_current = FALSE;

SET @obsolete_versions = ROW_COUNT();

-- Versions that are there already: closed where a newer one begins, moved where a late one came between.
INSERT INTO dim_customer (customer_id, full_name, email_masked, country, valid_from, valid_to, is_current)
WITH affected AS (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL
),
history AS (
  SELECT
    s.customer_id, s.full_name, CONVERT(SHA2(s.email, 256) USING ascii) COLLATE ascii_bin AS email_masked, s.country,
    s.updated_at AS valid_from, CAST('9999-12-31' AS DATETIME(6)) AS last_end
  FROM affected
  JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = affected.customer_id
  UNION ALL
  SELECT
    d.customer_id, d.full_name, d.email_masked, d.country, d.valid_from,
    IF(d.is_current, GREATEST(COALESCE(CAST(@deleted_at_customers AS DATETIME(6)), d.valid_to), d.valid_from + INTERVAL 1 MICROSECOND), d.valid_to)
  FROM affected
  JOIN dim_customer AS d ON d.customer_id = affected.customer_id
  LEFT JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = d.customer_id AND s.updated_at = d.valid_from
  WHERE s.customer_id IS NULL
),
compared AS (
  SELECT
    history.*,
    ROW_NUMBER() OVER ordered = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER ordered
        AND email_masked <=> LAG(email_masked) OVER ordered
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER ordered
        -- What was deleted and came back begins anew.
        AND LAG(last_end) OVER ordered >= valid_from
      ) AS begins
  FROM history
  WINDOW ordered AS (PARTITION BY customer_id ORDER BY valid_from)
),
version AS (
  SELECT
    customer_id, full_name, email_masked, country, valid_from,
    CAST(
      LEAST(COALESCE(LEAD(valid_from) OVER (PARTITION BY customer_id ORDER BY valid_from), last_end), last_end)
      AS DATETIME(6)
    ) AS valid_to
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
-- What ends comes before what becomes current.
ORDER BY version.valid_to
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
  UNION
  SELECT customer_id FROM stg_customers WHERE @changed_customers IS NULL
),
history AS (
  SELECT
    s.customer_id, s.full_name, CONVERT(SHA2(s.email, 256) USING ascii) COLLATE ascii_bin AS email_masked, s.country,
    s.updated_at AS valid_from, CAST('9999-12-31' AS DATETIME(6)) AS last_end
  FROM affected
  JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = affected.customer_id
  UNION ALL
  SELECT
    d.customer_id, d.full_name, d.email_masked, d.country, d.valid_from,
    IF(d.is_current, GREATEST(COALESCE(CAST(@deleted_at_customers AS DATETIME(6)), d.valid_to), d.valid_from + INTERVAL 1 MICROSECOND), d.valid_to)
  FROM affected
  JOIN dim_customer AS d ON d.customer_id = affected.customer_id
  LEFT JOIN stg_customers AS s FORCE INDEX (PRIMARY) ON s.customer_id = d.customer_id AND s.updated_at = d.valid_from
  WHERE s.customer_id IS NULL
),
compared AS (
  SELECT
    history.*,
    ROW_NUMBER() OVER ordered = 1
      OR NOT (
        full_name COLLATE utf8mb4_0900_bin <=> LAG(full_name COLLATE utf8mb4_0900_bin) OVER ordered
        AND email_masked <=> LAG(email_masked) OVER ordered
        AND country COLLATE utf8mb4_0900_bin <=> LAG(country COLLATE utf8mb4_0900_bin) OVER ordered
        -- What was deleted and came back begins anew.
        AND LAG(last_end) OVER ordered >= valid_from
      ) AS begins
  FROM history
  WINDOW ordered AS (PARTITION BY customer_id ORDER BY valid_from)
),
version AS (
  SELECT
    customer_id, full_name, email_masked, country, valid_from,
    CAST(
      LEAST(COALESCE(LEAD(valid_from) OVER (PARTITION BY customer_id ORDER BY valid_from), last_end), last_end)
      AS DATETIME(6)
    ) AS valid_to
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
-- STRAIGHT_JOIN here and below: from the few to the many, so that no other rows are read and locked.
UPDATE (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  WHERE @obsolete_versions > 0
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL AND @obsolete_versions > 0 AND email_masked = ''
) AS affected
STRAIGHT_JOIN dim_customer AS d ON d.customer_id = affected.customer_id AND d.email_masked = ''
STRAIGHT_JOIN dim_customer AS heir
  ON heir.customer_id = d.customer_id
  AND heir.email_masked <> ''
  AND heir.valid_from < d.valid_from
  AND heir.valid_to > d.valid_from
STRAIGHT_JOIN fact_order AS f ON f.customer_sk = d.customer_sk
SET f.customer_sk = heir.customer_sk;

DELETE d
FROM (
  SELECT customer_id
  FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
  WHERE @obsolete_versions > 0
  UNION
  SELECT customer_id FROM dim_customer WHERE @changed_customers IS NULL AND @obsolete_versions > 0 AND email_masked = ''
) AS affected
STRAIGHT_JOIN dim_customer AS d ON d.customer_id = affected.customer_id AND d.email_masked = '';
