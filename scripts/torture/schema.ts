/** Five tables each; four groups make twenty. */
export const GROUPS = 4;

/** Rows that were there before and that no writer touches: what failing deploys change. */
export const SEEDED = 500;

/** The tables of one group: customers with orders with items, what happened, and a counter that everybody raises. */
export function groupSchema(group: number): readonly string[] {
  const g = String(group);
  return [
    `CREATE TABLE customers_${g} (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL, note VARCHAR(60),
      updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), KEY by_name (name))`,
    `CREATE TABLE orders_${g} (id BIGINT PRIMARY KEY, customer_id INT NOT NULL, state ENUM('new', 'paid', 'sent') NOT NULL,
      note VARCHAR(60), CONSTRAINT of_customer_${g} FOREIGN KEY (customer_id) REFERENCES customers_${g} (id) ON DELETE CASCADE)`,
    `CREATE TABLE items_${g} (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT NOT NULL, quantity INT NOT NULL CHECK (quantity > 0),
      price DECIMAL(10, 2) NOT NULL, note VARCHAR(60),
      CONSTRAINT of_order_${g} FOREIGN KEY (order_id) REFERENCES orders_${g} (id) ON DELETE CASCADE)`,
    `CREATE TABLE events_${g} (tx VARCHAR(40) PRIMARY KEY, delta INT NOT NULL, note VARCHAR(60))`,
    `CREATE TABLE counters_${g} (id INT PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(60))`,
    `INSERT INTO counters_${g} (id, n) VALUES (1, 0), (2, 0), (3, 0), (4, 0)`,
    `INSERT INTO customers_${g} (name) WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${SEEDED}) SELECT CONCAT('seed ', n) FROM s`,
    `INSERT INTO orders_${g} (id, customer_id, state) SELECT -id, id, 'new' FROM customers_${g}`,
    `INSERT INTO items_${g} (order_id, quantity, price) SELECT id, 1, 9.99 FROM orders_${g}`,
    `CREATE VIEW totals_${g} AS SELECT order_id, SUM(quantity * price) AS total FROM items_${g} GROUP BY order_id`,
    `CREATE TRIGGER stamp_${g} BEFORE INSERT ON events_${g} FOR EACH ROW SET NEW.note = CONCAT('by ', NEW.tx)`,
    `CREATE PROCEDURE count_${g} () SELECT COUNT(*) FROM events_${g}`,
  ];
}

/** What deploys do before they fail: `d` makes names unique, `g` is the group. */
export const CHANGES: readonly ((d: number, g: number) => string)[] = [
  (d, g) => `ALTER TABLE orders_${g} ADD COLUMN extra_${d} INT`,
  (d, g) => `ALTER TABLE items_${g} ADD COLUMN extra_${d} VARCHAR(20) DEFAULT 'x'`,
  (d, g) => `ALTER TABLE events_${g} ADD COLUMN extra_${d} INT NOT NULL DEFAULT 7`,
  (d, g) => `CREATE INDEX by_state_${d} ON orders_${g} (state)`,
  (d, g) => `ALTER TABLE items_${g} ADD KEY by_price_${d} (price)`,
  (_, g) => `UPDATE orders_${g} SET note = 'filled in by the deploy' WHERE note IS NULL`,
  (_, g) => `UPDATE counters_${g} SET note = CONCAT('n was ', n) WHERE id < 1000000`,
  (_, g) => `UPDATE items_${g} SET price = price * 2 WHERE order_id < 0`,
  (_, g) => `DELETE FROM customers_${g} WHERE id <= 20`,
  (_, g) => `DELETE FROM items_${g} WHERE order_id < -400`,
  (d, g) =>
    `CREATE TABLE made_${d}_${g} (id INT PRIMARY KEY, order_id BIGINT, FOREIGN KEY (order_id) REFERENCES orders_${g} (id))`,
  (d, g) => `INSERT INTO customers_${g} (name) VALUES ('made by deploy ${d}')`,
  (_, g) => `CREATE OR REPLACE VIEW totals_${g} AS SELECT 1 AS order_id, 2 AS total`,
  (_, g) => `DROP PROCEDURE IF EXISTS count_${g}`,
  (d, g) => `CREATE TRIGGER after_${d}_${g} AFTER INSERT ON orders_${g} FOR EACH ROW SET @seen = NEW.id`,
  (d, g) => `ALTER TABLE zoo_${g} ADD COLUMN extra_${d} FLOAT`,
  (_, g) => `UPDATE zoo_${g} SET f = 1, j = '{}' WHERE id < 0`,
  (d, g) => `CREATE INDEX by_c_${d} ON zoo_${g} (c, f)`,
];
