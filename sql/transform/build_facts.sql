-- fact_order from stg_orders: one row an order, with the version of its customer that was valid on its date, or the
-- first one if the order is older. Orders whose customer is unknown are left out; check orphan_orders finds them.
--
-- @changed_orders and @changed_customers are set by db-deploy: the keys of the staging rows that changed since this last
-- took effect, as JSON arrays; NULL means that any may have (then the second statement does all). @deleted_at_orders is
-- given where the manifest says `deletes: close`: then facts whose order staging does not have any more go first.

-- Orders that are gone from the source.
DELETE f
FROM (
  SELECT order_id
  FROM JSON_TABLE(@changed_orders, '$[*]' COLUMNS (order_id BIGINT PATH '$[0]')) AS changed
  WHERE @deleted_at_orders IS NOT NULL
  UNION
  SELECT order_id FROM fact_order WHERE @deleted_at_orders IS NOT NULL AND @changed_orders IS NULL
) AS affected
STRAIGHT_JOIN fact_order AS f ON f.order_id = affected.order_id
WHERE NOT EXISTS (SELECT 1 FROM stg_orders AS o WHERE o.order_id = f.order_id);

-- Changed orders, and the orders of changed customers: another version may be the valid one now.
INSERT INTO fact_order (order_id, customer_sk, order_date, status, amount)
SELECT built.order_id, built.customer_sk, built.order_date, built.status, built.amount
FROM (
  WITH affected AS (
    SELECT order_id
    FROM JSON_TABLE(@changed_orders, '$[*]' COLUMNS (order_id BIGINT PATH '$[0]')) AS changed
    UNION
    SELECT o.order_id
    FROM (
      SELECT DISTINCT customer_id
      FROM JSON_TABLE(@changed_customers, '$[*]' COLUMNS (customer_id BIGINT PATH '$[0]')) AS changed
    ) AS customer
    JOIN stg_orders AS o FORCE INDEX (idx_stg_orders_customer) ON o.customer_id = customer.customer_id
  )
  SELECT
    o.order_id, o.order_date, o.status, o.amount,
    COALESCE(
      (
        SELECT d.customer_sk FROM dim_customer AS d
        WHERE d.customer_id = o.customer_id AND d.valid_from <= o.order_date
        ORDER BY d.valid_from DESC LIMIT 1
      ),
      (
        SELECT d.customer_sk FROM dim_customer AS d
        WHERE d.customer_id = o.customer_id
        ORDER BY d.valid_from LIMIT 1
      )
    ) AS customer_sk
  FROM affected
  JOIN stg_orders AS o FORCE INDEX (PRIMARY) ON o.order_id = affected.order_id
  WHERE @changed_orders IS NOT NULL AND @changed_customers IS NOT NULL
) AS built
LEFT JOIN fact_order AS f FORCE INDEX (PRIMARY) ON f.order_id = built.order_id
WHERE built.customer_sk IS NOT NULL
  AND NOT (
    f.customer_sk <=> built.customer_sk
    AND f.order_date <=> built.order_date
    AND f.status COLLATE utf8mb4_0900_bin <=> built.status COLLATE utf8mb4_0900_bin
    AND f.amount <=> built.amount
  )
ON DUPLICATE KEY UPDATE
  customer_sk = built.customer_sk,
  order_date = built.order_date,
  status = built.status,
  amount = built.amount;

-- All orders, where nobody knows what changed: on the first run, for one.
INSERT INTO fact_order (order_id, customer_sk, order_date, status, amount)
SELECT o.order_id, version.customer_sk, o.order_date, o.status, o.amount
FROM stg_orders AS o
JOIN (
  SELECT
    customer_sk,
    customer_id,
    -- The first version is taken for older orders as well.
    IF(ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY valid_from) = 1, TIMESTAMP '0001-01-01 00:00:00', valid_from)
      AS valid_from,
    LEAD(valid_from) OVER (PARTITION BY customer_id ORDER BY valid_from) AS next_from
  FROM dim_customer
  WHERE @changed_orders IS NULL OR @changed_customers IS NULL
) AS version
  ON version.customer_id = o.customer_id
  AND version.valid_from <= o.order_date
  AND (version.next_from IS NULL OR version.next_from > o.order_date)
WHERE @changed_orders IS NULL OR @changed_customers IS NULL
ON DUPLICATE KEY UPDATE
  customer_sk = version.customer_sk,
  order_date = o.order_date,
  status = o.status,
  amount = o.amount;
