-- What has to hold before anybody may see what the transforms built. Each check gives one number, and fails above its
-- threshold; `-- examples:` lists what makes it fail, and is asked only then. Checks see the rows of the transaction
-- that they decide about. None of them shows an address.

-- check: orphan_orders severity: error threshold: 0
-- Staging orders without a customer. Customers are asked about once each, by the index, and orders are counted only of
-- those who are missing.
SELECT COALESCE(SUM((SELECT COUNT(*) FROM stg_orders AS o WHERE o.customer_id = seen.customer_id)), 0)
FROM (SELECT DISTINCT customer_id FROM stg_orders) AS seen
WHERE NOT EXISTS (SELECT 1 FROM stg_customers AS c WHERE c.customer_id = seen.customer_id);

-- examples:
SELECT o.order_id, o.customer_id, o.order_date
FROM stg_orders AS o
WHERE NOT EXISTS (SELECT 1 FROM stg_customers AS c WHERE c.customer_id = o.customer_id)
ORDER BY o.order_id
LIMIT 10;

-- check: duplicate_order_ids severity: error threshold: 0
-- Orders that the facts have more than once. While order_id is the primary key there can be none, and no row is read; this
-- counts them once somebody has dropped the key or widened it.
SELECT IF(
  EXISTS (
    SELECT 1
    FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'fact_order' AND INDEX_NAME = 'PRIMARY'
    HAVING COUNT(*) = 1 AND SUM(COLUMN_NAME = 'order_id' AND SUB_PART IS NULL) = 1
  ),
  0,
  (SELECT COUNT(*) - COUNT(DISTINCT order_id) FROM fact_order)
);

-- examples:
SELECT order_id, COUNT(*) AS copies
FROM fact_order
GROUP BY order_id
HAVING COUNT(*) > 1
LIMIT 10;

-- check: fact_recon_count severity: error threshold: 0
-- Facts less joinable staging orders, in either direction.
SELECT ABS(
  CAST((SELECT COUNT(*) FROM fact_order) AS SIGNED) - CAST((
    SELECT COALESCE(SUM(placed.orders), 0)
    FROM (SELECT customer_id, COUNT(*) AS orders FROM stg_orders GROUP BY customer_id) AS placed
    JOIN (SELECT DISTINCT customer_id FROM stg_customers) AS known ON known.customer_id = placed.customer_id
  ) AS SIGNED)
);

-- examples:
SELECT o.order_id, o.customer_id
FROM stg_orders AS o
LEFT JOIN fact_order AS f ON f.order_id = o.order_id
WHERE f.order_id IS NULL AND EXISTS (SELECT 1 FROM stg_customers AS c WHERE c.customer_id = o.customer_id)
ORDER BY o.order_id
LIMIT 10;

-- check: null_required_fields severity: error threshold: 0
-- Customers without a name, an address or a country.
SELECT COUNT(*)
FROM stg_customers
WHERE COALESCE(full_name, '') = '' OR COALESCE(email, '') = '' OR COALESCE(country, '') = '';

-- examples:
SELECT customer_id, updated_at
FROM stg_customers
WHERE COALESCE(full_name, '') = '' OR COALESCE(email, '') = '' OR COALESCE(country, '') = ''
ORDER BY customer_id, updated_at
LIMIT 10;

-- check: negative_amounts severity: error threshold: 0
-- Orders whose amount is zero or less.
SELECT COUNT(*) FROM stg_orders WHERE amount <= 0;

-- examples:
SELECT order_id, order_date, amount
FROM stg_orders
WHERE amount <= 0
ORDER BY order_id
LIMIT 10;
