/** Valid files in which every key stands. */
export const EVERY_KEY = {
  changelog: `
databaseChangeLog:
  - preconditions:
      - tableExists: { tableName: customers }
        onFail: HALT
        onError: WARN
  - changeSet:
      id: 004
      author: your-name
      sqlFile: migrations/004_my_change.up.sql
      risk: Medium
      allowDestructive: "false"
      contexts: "dev,prod"
      labels: [a, b]
      comment: why, in a line
      runOnChange: TRUE
      runAlways: false
      validCheckSum: [v1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]
      tag: 1.4
      preconditions:
        - columnExists: { tableName: stg_customers, columnName: email }
          onFail: MARK_RAN
        - viewExists: { viewName: v }
        - indexExists: { tableName: t, columnNames: "a, b" }
        - indexExists: { indexName: i }
        - foreignKeyConstraintExists: { foreignKeyName: f, foreignKeyTableName: t }
        - primaryKeyExists: { tableName: t }
        - tableIsEmpty: { tableName: t }
        - rowCount: { tableName: t, expectedRows: 5 }
        - sqlCheck: { expectedResult: 0, sql: SELECT COUNT(*) FROM t }
        - changeSetExecuted: { author: me, id: 1 }
        - or:
            - not: { tableExists: { tableName: t }, viewExists: { viewName: t } }
            - and: [{ tableIsEmpty: { tableName: t } }]
  - include: { file: teams/billing.yml, relativeToChangelogFile: true }
  - includeAll: { path: changelog/teams, endsWithFilter: .yml, relativeToChangelogFile: false }
`,
  pipeline: `
datasets:
  - name: customers
    files: data/raw/customers*.csv
    table: stg_customers
    key: [customer_id, updated_at]
    watermark: updated_at
    late: skip
    maxRejected: 5
    onExtraColumn: Fail
    maxDuration: 30m
    deletes: keep
    delimiter: ";"
    quote: "'"
    escape: '\\'
    decimal: ","
    dateFormat: DD.MM.YYYY
    encoding: windows-1252
    rename: { InvoiceNo: customer_id }
    "null": NA
    columns:
      customer_id: { type: bigint unsigned, required: true }
      email: { type: string, maxLength: 255, required: false, pattern: "^[^@ ]+$", sensitive: true }
      updated_at: { type: datetime, required: "True" }
  - name: orders
    files: data/raw/orders.csv.gz
    table: stg_orders
    key: order_id
    deletes: close
    maxRejected: 1%
    contract: contracts/orders.odcs.yaml
transforms: [sql/transform/build_dims.sql, sql/transform/build_facts.sql]
checks:
  file: sql/validation/dq_checks.sql
  builtin:
    - not_null: { table: t, columns: [a, b], name: n, severity: warning, threshold: 0.5 }
    - unique: { table: t, columns: a }
    - accepted_values: { table: t, column: c, values: [1, new, true] }
    - range: { table: t, column: c, min: 0, max: "z" }
    - relationships: { table: t, columns: [a], to: u, toColumns: [b] }
    - row_count: { table: t, min: 1, max: 100 }
    - freshness: { table: t, column: c, maxAge: 36h }
    - one_current_row: { table: t, columns: [a], current: c, allowNone: true }
    - no_overlap: { table: t, columns: [a], from: f, to: u }
    - reconcile: { table: t, to: u, column: c, toColumn: d, tolerance: 1% }
`,
};
